// Package s3blob keeps its scheme known, so that the engine takes such a URL for a bucket and not for a service of Pulumi's.
package s3blob

import (
	"context"
	"net/url"

	"github.com/pulumi/pulumi/pkg/v3/authhelpers"
	"gocloud.dev/blob"
)

const Scheme = "s3"

// LeftOut opens no bucket, and says why.
type LeftOut struct{}

func (LeftOut) OpenBucketURL(_ context.Context, u *url.URL) (*blob.Bucket, error) {
	return nil, authhelpers.LeftOut(u.Scheme + ":// backend")
}

func init() { blob.DefaultURLMux().RegisterBucket(Scheme, LeftOut{}) }

// Package gcsblob keeps its scheme known; authhelpers says what is left out.
package gcsblob

import (
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
)

const Scheme = "gs"

func init() { blob.DefaultURLMux().RegisterBucket(Scheme, s3blob.LeftOut{}) }

// Package azureblob keeps its scheme known, and what the engine sets of its opener.
package azureblob

import (
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
)

const Scheme = "azblob"

type ServiceURLOptions struct{}

type URLOpener struct {
	s3blob.LeftOut
	MakeClient        func()
	ServiceURLOptions ServiceURLOptions
}

func NewDefaultClient() {}

func NewDefaultServiceURLOptions() *ServiceURLOptions { return &ServiceURLOptions{} }

func init() { blob.DefaultURLMux().RegisterBucket(Scheme, s3blob.LeftOut{}) }

// Package npm stands for the packing of policies that Pulumi Cloud is to keep.
package npm

import (
	"context"
	"errors"
	"io"
)

type PackageManagerType string

const AutoPackageManager PackageManagerType = "auto"

// Pack is reached after a login to Pulumi Cloud alone.
func Pack(context.Context, PackageManagerType, string, io.Writer) ([]byte, error) {
	return nil, errors.New("this pulumi was built for the sandbox: publish policies by an official one (https://www.pulumi.com/docs/install)")
}

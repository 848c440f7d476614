// Package image stands for the download of images: all that the sandbox runs is on the machine.
package image

import (
	"context"
	"fmt"
)

func Pull(_ context.Context, _, image, _ string, _ bool) error {
	return fmt.Errorf("image %s: this kwokctl was built for the sandbox, which downloads none", image)
}

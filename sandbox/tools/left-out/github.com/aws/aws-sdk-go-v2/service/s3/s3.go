// Package s3 has what the engine corrects when a bucket copies; none that is left makes one.
package s3

type CopyObjectInput struct{ CopySource *string }

"""An extension and an OAuth client on a KubeSphere that is there, in the cluster of $KUBECONFIG."""

import pulumi
import pulumi_luban as luban

# A Helm chart in a folder: packaged, published, installed.
shop = luban.Extension("shop", source="../extension/shop", config={"shop": {"greeting": "good morning"}})
# A client for an application of one's own.
wiki = luban.OAuthClient("wiki", client_name="wiki", redirect_uris=["https://wiki.example.com/callback"])

# `Installed`, once KubeSphere is done.
pulumi.export("state", shop.state)
pulumi.export("client_id", wiki.client_id)
pulumi.export("client_secret", wiki.client_secret)

/** The client library's access to objects of any kind, without its own names for their fields. */
import type { KubeConfig, KubernetesObjectApi as Objects, RequestContext, ResponseContext } from "@kubernetes/client-node";

/**
 * Of the kinds that it knows, the library calls some fields otherwise than the API server, and sends none of that server's name: `from` of a
 * NetworkPolicy, `default` of a LimitRange, `enum` and `x-kubernetes-…` in a CRD. So objects are sent as they are given, and given as the
 * API server sends them.
 */
export async function plainObjects(config: KubeConfig): Promise<Objects> {
  const { KubernetesObjectApi } = await import("@kubernetes/client-node");
  class PlainObjects extends KubernetesObjectApi {
    static of(): Objects {
      const objects = config.makeApiClient(PlainObjects);
      objects.setDefaultNamespace(config);
      return objects;
    }

    override patch(...[spec, ...rest]: Parameters<Objects["patch"]>): ReturnType<Objects["patch"]> {
      const sender = Object.create(this) as PlainObjects;
      sender.requestPromise = (context: RequestContext, ...more) => {
        // It asks for the kind first.
        if (String(context.getHttpMethod()) === "PATCH") context.setBody(JSON.stringify(spec));
        return super.requestPromise(context, ...more);
      };
      return super.patch.call(sender, spec, ...rest);
    }

    protected override async processResponse<T>(response: ResponseContext, type?: string): Promise<T> {
      const isAnswer = response.httpStatusCode >= 200 && response.httpStatusCode <= 299;
      return isAnswer ? (JSON.parse(await response.body.text()) as T) : super.processResponse(response, type);
    }
  }
  return PlainObjects.of();
}

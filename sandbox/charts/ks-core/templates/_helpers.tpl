{{/* The console's address as browsers see it, default ports left out; KubeSphere's OAuth issuer. HTTPS wins over HTTP. */}}
{{- define "ks-core.portalUrl" -}}
{{- $https := dig "https" "port" 0 .Values.portal | int -}}
{{- if $https -}}
https://{{ .Values.portal.hostname }}{{ if ne $https 443 }}:{{ $https }}{{ end }}
{{- else -}}
{{- $http := int .Values.portal.http.port -}}
http://{{ .Values.portal.hostname }}{{ if ne $http 80 }}:{{ $http }}{{ end }}
{{- end -}}
{{- end }}

{{/* Arguments: root, component. Nothing pulls the image; it is what an image registry setting would show up in. */}}
{{- define "ks-core.image" -}}
{{ with .root.Values.global.imageRegistry }}{{ . }}/{{ end }}kubesphere/{{ .component }}:{{ .root.Values.global.tag }}
{{- end }}

{{/* "true" on a member cluster: there one Deployment has apiserver and controllers, and people find no console. */}}
{{- define "ks-core.isMember" -}}{{ eq (include "ks-core.role" .) "member" }}{{- end }}

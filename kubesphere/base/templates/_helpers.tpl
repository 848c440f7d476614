{{/*
The UI's host, <extension>.<domain suffix>. KubeSphere hands every extension global.extension.ingress.* once ks-core
knows a domain suffix; until then there is no host, and nothing is exposed.
*/}}
{{- define "base.host" -}}
{{- with (((.Values.global).extension).ingress).domainSuffix -}}
{{- $.Release.Name }}.{{ . -}}
{{- end -}}
{{- end -}}

{{/* The UI's address as a browser writes it, port 80 left out. */}}
{{- define "base.url" -}}
{{- with include "base.host" . -}}
{{- $port := int ($.Values.global.extension.ingress.httpPort | default 80) -}}
http://{{ . }}{{ if ne $port 80 }}:{{ $port }}{{ end }}
{{- end -}}
{{- end -}}

{{- define "base.configMap" -}}
{{- if not (has .Values.extEmbed (list "iframe" "link")) -}}
{{- fail (printf "base.extEmbed is %q; it must be iframe (the UI opens within the console) or link (in a window of its own)" (toString .Values.extEmbed)) -}}
{{- end -}}
{{ .Release.Name }}-cm-{{ .Values.extEmbed }}
{{- end -}}

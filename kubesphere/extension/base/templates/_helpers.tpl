{{/*
The UI's host, <extension>.<domain suffix>. KubeSphere hands every extension global.extension.ingress.* once ks-core
knows a domain suffix; until then there is no host, and nothing is exposed.
*/}}
{{- define "extension-ui.host" -}}
{{- with (((.Values.global).extension).ingress).domainSuffix -}}
{{- $.Release.Name }}.{{ . -}}
{{- end -}}
{{- end -}}

{{/*
The UI's address as a browser writes it, the scheme's own port left out. A console over HTTPS shows no page that is not: KubeSphere hands
over its address too, and the ingress controller answers for every host over both.
*/}}
{{- define "extension-ui.url" -}}
{{- with include "extension-ui.host" . -}}
{{- $ingress := $.Values.global.extension.ingress -}}
{{- $isTls := hasPrefix "https://" (toString (($.Values.global).portal).url) -}}
{{- $usual := ternary 443 80 $isTls -}}
{{- $port := int (ternary $ingress.httpsPort $ingress.httpPort $isTls | default $usual) -}}
{{ ternary "https" "http" $isTls }}://{{ . }}{{ if ne $port $usual }}:{{ $port }}{{ end }}
{{- end -}}
{{- end -}}

{{- define "extension-ui.configMap" -}}
{{- if not (has .Values.extEmbed (list "iframe" "link")) -}}
{{- fail (printf "base.extEmbed is %q; it must be iframe (the UI opens within the console) or link (in a window of its own)" (toString .Values.extEmbed)) -}}
{{- end -}}
{{ .Release.Name }}-cm-{{ .Values.extEmbed }}
{{- end -}}

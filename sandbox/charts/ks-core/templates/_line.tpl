{{/* What charts of other lines have under another name: `sandbox/charts/ks-core-lines` has their files of this name. */}}
{{- define "ks-core.role" -}}{{ .Values.role }}{{- end }}
{{- define "ks-core.hostClusterName" -}}{{ .Values.hostClusterName }}{{- end }}
{{- define "ks-core.hasMuseum" -}}{{ .Values.ksExtensionRepository.enabled }}{{- end }}

{{/* From KubeSphere 4.2 on, as documents have it. */}}
{{- define "ks-core.role" -}}{{ .Values.multicluster.role }}{{- end }}
{{- define "ks-core.hostClusterName" -}}{{ .Values.multicluster.hostClusterName }}{{- end }}
{{- define "ks-core.hasMuseum" -}}{{ .Values.kseExtensionRepository.enabled }}{{- end }}

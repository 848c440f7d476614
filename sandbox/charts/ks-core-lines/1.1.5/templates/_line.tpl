{{/* From KubeSphere 4.1.3 on. */}}
{{- define "ks-core.role" -}}{{ .Values.multicluster.role }}{{- end }}
{{- define "ks-core.hostClusterName" -}}{{ .Values.multicluster.hostClusterName }}{{- end }}
{{- define "ks-core.hasMuseum" -}}{{ .Values.ksExtensionRepository.enabled }}{{- end }}

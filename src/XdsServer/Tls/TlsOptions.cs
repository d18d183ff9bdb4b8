namespace XdsServer.Tls;

/// <summary>TLS on a listener. Files are read again when they change, without a restart.</summary>
public sealed record TlsOptions
{
    /// <summary>PEM: the server's certificate, then its chain. Empty: plain text.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM: the certificate's private key.</summary>
    public string PrivateKeyFile { get; init; } = "";

    /// <summary>PEM: the authorities whose client certificates are taken. Empty: clients are not asked for one.</summary>
    public string ClientCaFile { get; init; } = "";

    /// <summary>Whether a client without a certificate is refused.</summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>True when the listener is to speak TLS.</summary>
    public bool IsEnabled => CertificateFile.Length > 0;
}

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace XdsServer.Tls;

/// <summary>
/// TLS whose certificate, key and authorities follow their files: a handshake looks at the files at most once a second and reads
/// them when they changed. Files that cannot be read leave the last good ones in force.
/// </summary>
public sealed class ServerTls
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ServerTls> _log;
    private readonly Lock _lock = new();
    private TlsMaterial _material;
    private string _stamp;
    private long _lookedAt;

    /// <summary>Reads the files for the first time.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file holds no PEM, or the key is not the certificate's.</exception>
    public ServerTls(TlsOptions options, TimeProvider time, ILogger<ServerTls> log)
    {
        (_options, _time, _log) = (options, time, log);
        _stamp = Stamp();
        _material = TlsMaterial.Read(options);
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>Makes a listener speak TLS with HTTP/2.</summary>
    public void Use(ListenOptions listener, params SslApplicationProtocol[] protocols) => listener.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(Handshake(protocols)),
    });

    private SslServerAuthenticationOptions Handshake(SslApplicationProtocol[] protocols)
    {
        var material = Current();
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = material.Certificate,
            ApplicationProtocols = [.. protocols],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = material.ClientAuthorities is not null,
            CertificateChainPolicy = material.ClientPolicy(),
            RemoteCertificateValidationCallback = (_, client, _, errors) => client is null ? IsOptional(material) : errors == SslPolicyErrors.None,
        };
    }

    private bool IsOptional(TlsMaterial material) => material.ClientAuthorities is null || !_options.RequireClientCertificate;

    private TlsMaterial Current()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_lookedAt) >= LookInterval)
            {
                _lookedAt = _time.GetTimestamp();
                Refresh();
            }

            return _material;
        }
    }

    private void Refresh()
    {
        try
        {
            var stamp = Stamp();
            if (stamp != _stamp)
            {
                _material = TlsMaterial.Read(_options);
                _stamp = stamp;
                _log.CertificateReloaded(_options.CertificateFile);
            }
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            _log.CertificateNotReloaded(_options.CertificateFile, e);
        }
    }

    private string Stamp() => string.Join('|', new[] { _options.CertificateFile, _options.PrivateKeyFile, _options.ClientCaFile }
        .Where(f => f.Length > 0)
        .Select(f => new FileInfo(f).ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : new FileInfo(f))
        .Select(f => $"{f.FullName}:{f.Length}:{f.LastWriteTimeUtc.Ticks}"));
}

using XdsServer.Discovery;
using XdsServer.Model;

namespace XdsServer.Admin;

/// <summary>Proxies that ask for secrets over plain text. They get none, so their HTTPS listeners are there and refuse every handshake, which nothing else shows.</summary>
internal static class WithheldSecrets
{
    /// <summary>One diagnostic for a stream that lacks secrets for this reason.</summary>
    public static IEnumerable<Diagnostic> Of(StreamStatus stream) => stream.Types.Where(t => t.IsWithheld).Select(t => new Diagnostic
    {
        Severity = Severity.Error,
        Code = "XDS5003",
        Message = $"Proxy '{stream.NodeId}' ({stream.Group}) asks for {(t.Names == 1 ? "a secret" : $"{t.Names} secrets")} over plain text and gets none: TLS handshakes with it fail until it has them.",
        Remedy = "Let the proxy connect by TLS (Xds:Grpc:Tls here, 'bootstrap --tls-ca' there), or set Xds:Discovery:AllowPlaintextSecrets if nobody else can read that network.",
    });
}

using XdsServer.Model;

namespace XdsServer.Translators.Secrets;

/// <summary>Names of SDS resources.</summary>
internal static class SecretName
{
    private const string RootsSuffix = "/ca";

    /// <summary><c>demo/edge-cert</c>: the certificate with its key.</summary>
    public static string Certificate(ServiceKey secret) => secret.ToString();

    /// <summary><c>demo/edge-cert/ca</c>: the trusted roots.</summary>
    public static string Roots(ServiceKey secret) => secret + RootsSuffix;
}

using System.Globalization;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests;

/// <summary>
/// Certificates that are not valid now, or not much longer. They stay in use: leaving one out would break more than clients that
/// check it already refuse.
/// </summary>
internal static class SecretValidity
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    /// <summary>What to say at a point in time.</summary>
    public static IEnumerable<Diagnostic> Check(IEnumerable<MeshSecret> secrets, DateTimeOffset now)
    {
        foreach (var secret in secrets)
        {
            var problem = secret switch
            {
                { NotAfter: { } end } when end <= now => $"The certificate expired on {Day(end)}.",
                { NotAfter: { } end } when end - now < Soon => $"The certificate expires on {Day(end)}.",
                { NotBefore: { } start } when start > now => $"The certificate is not valid before {Day(start)}.",
                _ => null,
            };
            if (problem is not null)
            {
                yield return new Diagnostic
                {
                    Severity = Severity.Warning,
                    Code = Codes.Validity,
                    Message = problem,
                    Remedy = "Replace it by a certificate that is valid now.",
                    Object = secret.Ref,
                    Location = secret.Location,
                };
            }
        }
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

using XdsServer.Discovery;
using XdsServer.Model;

namespace XdsServer.Admin;

/// <summary>What proxies have rejected, as diagnostics that name the object behind the rejected resource.</summary>
internal static class Rejections
{
    /// <summary>One diagnostic for each object (or one without) behind a type whose last answer is a rejection.</summary>
    public static IEnumerable<Diagnostic> Of(StreamStatus stream) =>
        stream.Types.Where(t => t.Error is not null).SelectMany(t => t.RejectedOrigins.Select(o => (ObjectRef?)o).DefaultIfEmpty(null), (t, origin) => new Diagnostic
        {
            Severity = Severity.Error,
            Code = "XDS5002",
            Object = origin,
            Message = $"Proxy '{stream.NodeId}' ({stream.Group}) rejected {t.Type} {t.NackedVersion}: {t.Error}",
            Remedy = origin is null
                ? "The proxy keeps its last good configuration; find what changed last with /api/v1/snapshots, and undo it."
                : "The proxy keeps its last good configuration; correct the object, or undo its last change.",
        });
}

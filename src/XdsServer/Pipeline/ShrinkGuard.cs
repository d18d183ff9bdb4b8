using XdsServer.Model;
using XdsServer.Options;

namespace XdsServer.Pipeline;

/// <summary>
/// Tells a source that lost its sight from one whose services were removed: a token that expired, a role that was narrowed or an emptied folder look like
/// the removal of nearly everything at once.
/// </summary>
internal static class ShrinkGuard
{
    /// <summary>
    /// What to say when <paramref name="after"/> takes away more at once than the options allow, or null when it may come into force. What counts are services
    /// of the source, and services that have endpoints: a service that is scaled down, however far, is no loss while it has one.
    /// </summary>
    public static Diagnostic? Check(MeshFragment before, MeshFragment after, PipelineOptions options)
    {
        var loss = Loss(before.Services.Length, after.Services.Length, options);
        if (loss is null && WithEndpoints(after) < WithEndpoints(before))
        {
            loss = Loss(Served(before), Served(after), options);
        }

        return loss is not { } found ? null : new Diagnostic
        {
            Severity = Severity.Error,
            Code = "XDS2010",
            Message = $"Source '{after.Source}' would lose {found.Lost} of {found.Before} services at once, more than {options.ShrinkPercent} %. What it said before stays in force.",
            Remedy = "See why it no longer shows them: a token, a role, an emptied folder. If they are meant to go, remove them in several steps, restart the control plane, "
                + "or raise Xds:Pipeline:ShrinkPercent (100 switches this off).",
        };
    }

    private static (int Lost, int Before)? Loss(int before, int after, PipelineOptions options) =>
        before >= options.ShrinkServices && (before - after) * 100L > before * (long)options.ShrinkPercent ? (before - after, before) : null;

    // Without a set of names: most changes end here.
    private static int WithEndpoints(MeshFragment fragment)
    {
        var count = 0;
        foreach (var endpoints in fragment.Endpoints)
        {
            count += endpoints.Endpoints.IsEmpty ? 0 : 1;
        }

        return count;
    }

    private static int Served(MeshFragment fragment) => fragment.Endpoints.Where(e => !e.Endpoints.IsEmpty).Select(e => e.Service).Distinct().Count();
}

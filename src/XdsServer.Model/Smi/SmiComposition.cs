namespace XdsServer.Model.Smi;

/// <summary>Makes the SMI part; what did not change is that of the model before.</summary>
internal static class SmiComposition
{
    /// <summary>The part for these inputs and services. <paramref name="previous"/> itself when neither changed.</summary>
    public static SmiModel Compose(SmiInputs inputs, IEnumerable<MeshService> services, bool keepsServices, SmiModel? previous)
    {
        if (previous is not null && keepsServices && inputs.IsSame(previous.Inputs))
        {
            return previous;
        }

        var diagnostics = new List<Diagnostic>();
        var groups = inputs.RouteGroups.ToDictionary(g => g.Key);
        var names = keepsServices && previous is { Names: { } same } && previous.Inputs.ClusterDomain == inputs.ClusterDomain ? same : null;
        names ??= inputs.Splits.IsEmpty ? null : new SplitNames(services, inputs.ClusterDomain);
        var splits = inputs.Splits.IsEmpty || names is null ? []
            : (previous is not null && keepsServices ? Reweighing.Of(inputs, previous) : null)
            ?? new SplitComposition(inputs.Splits, groups, names, previous?.Splits ?? []).Compose();
        var access = new AccessComposition(groups, inputs.PortRoutes.ToLookup(r => r.Key), diagnostics);
        return new SmiModel
        {
            Splits = splits,
            RouteGroups = inputs.RouteGroups,
            AccessRules = [.. inputs.Targets.Select(access.Evaluate).OfType<AccessRule>()],
            Inputs = inputs,
            Names = names,
            Diagnostics = [.. splits.SelectMany(s => s.Diagnostics), .. diagnostics],
        };
    }
}

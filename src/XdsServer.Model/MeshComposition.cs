using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>
/// One run of <see cref="MeshModel.Compose"/>: merges the fragments list by list, then checks what only shows when all are together.
/// </summary>
internal sealed class MeshComposition(IReadOnlyList<MeshFragment> fragments, MeshModel? previous)
{
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>The model.</summary>
    public MeshModel Compose()
    {
        var merge = new ServiceMerge(fragments, previous, _diagnostics);
        var services = KeepList(merge.Merge(), previous?.Services);
        var gateways = KeepList(MergeByKey(fragment => fragment.Gateways, gateway => gateway.Key), previous?.Gateways);
        var secrets = KeepList(MergeByKey(fragment => fragment.Secrets, secret => secret.Key), previous?.Secrets);
        var model = new MeshModel
        {
            Config = ChooseConfig(),
            Services = services,
            ServicesByKey = previous is not null && services == previous.Services ? previous.ServicesByKey : merge.Index(services),
            Routes = KeepList(Concatenate(fragment => fragment.Routes), previous?.Routes),
            Gateways = gateways,
            Secrets = secrets,
            EnvoyResources = KeepList(Concatenate(fragment => fragment.EnvoyResources), previous?.EnvoyResources),
        };
        var ofServices = merge.KeepsServices ? previous!.ServiceDiagnostics : [.. ModelChecks.OfServices(model)];
        _diagnostics.AddRange(ofServices);
        ModelChecks.OfReferences(model, _diagnostics);
        return model.WithDiagnostics(SortDiagnostics(), ofServices);
    }

    private MeshConfig ChooseConfig()
    {
        var configs = fragments.SelectMany(fragment => fragment.Configs).ToList();
        if (configs.Count == 0)
        {
            return MeshConfig.Default;
        }

        // What is in force stays in force: a second one must not take over because its name sorts first.
        var chosen = configs.Find(config => previous is not null && config.Ref == previous.Config.Ref) ?? configs[0];
        foreach (var other in configs.Where(config => !ReferenceEquals(config, chosen)))
        {
            _diagnostics.Add(ModelDiagnostics.SecondConfig(other, chosen));
        }

        return chosen;
    }

    private ImmutableArray<T> MergeByKey<T>(Func<MeshFragment, ImmutableArray<T>> list, Func<T, ServiceKey> key)
        where T : MeshObject
    {
        var merged = new SortedDictionary<ServiceKey, T>();
        foreach (var item in fragments.SelectMany(fragment => list(fragment)))
        {
            if (!merged.TryAdd(key(item), item))
            {
                _diagnostics.Add(ModelDiagnostics.Duplicate(item, merged[key(item)]));
            }
        }

        return [.. merged.Values];
    }

    private ImmutableArray<T> Concatenate<T>(Func<MeshFragment, ImmutableArray<T>> list)
        where T : MeshObject => [.. fragments.SelectMany(fragment => list(fragment)).OrderBy(item => item.Ref)];

    /// <summary>The list from before when it holds the same instances, so that equality of lists is a comparison of references too.</summary>
    private static ImmutableArray<T> KeepList<T>(ImmutableArray<T> now, ImmutableArray<T>? before)
        where T : class
    {
        if (before is not { } old || old.Length != now.Length)
        {
            return now;
        }

        for (var i = 0; i < now.Length; i++)
        {
            if (!ReferenceEquals(now[i], old[i]))
            {
                return now;
            }
        }

        return old;
    }

    private ImmutableArray<Diagnostic> SortDiagnostics() =>
    [
        .. fragments.SelectMany(fragment => fragment.Diagnostics).Concat(_diagnostics)
            .OrderByDescending(diagnostic => diagnostic.Severity)
            .ThenBy(diagnostic => diagnostic.Location?.File, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Location?.Line)
            .ThenBy(diagnostic => diagnostic.Object ?? default)
            .ThenBy(diagnostic => diagnostic.Code, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Field, StringComparer.Ordinal),
    ];
}

using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Gateways;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Secrets;

namespace XdsServer.Translators.Profiles;

/// <summary>An edge with real ports: the gateway that the proxy says it is, or all gateways of its namespace.</summary>
internal static class GatewayProfile
{
    /// <summary>All clusters; the gateways' listeners and routes.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context)
    {
        var gateways = context.Structure.Gateways
            .Where(g => g.Key.Namespace == group.Namespace && (group.Service.Length == 0 || g.Key.Name == group.Service))
            .ToImmutableArray();
        var mesh = context.Structure;
        var inputs = new Inputs(
            group.Namespace, group.Service, mesh.Services, new SameObjects<MeshRoute>(RoutesOf(gateways, mesh.Routes)), mesh.Config, new SameObjects<MeshGateway>(gateways), mesh.Secrets);
        return [context.Outbound.Layer, context.Layer($"gateway {group.Namespace}/{(group.Service.Length == 0 ? "*" : group.Service)}", inputs, Build)];
    }

    // The routes that hang on these gateways, and the splits of the services that they lead to; no others are looked at.
    private static ImmutableArray<MeshRoute> RoutesOf(ImmutableArray<MeshGateway> gateways, RouteCatalog routes)
    {
        var attached = gateways.SelectMany(g => routes.ForGateway(g.Key)).ToList();
        var backends = attached.SelectMany(r => r.Rules).SelectMany(r => r.Backends).Concat(gateways.SelectMany(g => g.Listeners).SelectMany(l => l.Backends));
        var splits = backends.Select(b => b.Service).Distinct().SelectMany(s => routes.ForService(s));
        return [.. attached.Concat(splits).Distinct<MeshRoute>(ReferenceEqualityComparer.Instance).OrderBy(r => r.Ref)];
    }

    private static LayerContent Build(Inputs inputs)
    {
        var builder = new LayerBuilder();
        if (inputs.Gateways.Items.IsEmpty && inputs.Service.Length > 0)
        {
            builder.Report(GatewayProblems.NoGateway(new ServiceKey(inputs.Namespace, inputs.Service)));
        }

        var routes = RouteCatalog.Create(inputs.Routes.Items, previous: null);
        new GatewayTranslator(new GatewayInputs(inputs.Services, routes, inputs.Config, inputs.Gateways, inputs.Secrets), builder).Translate();
        return builder.ToContent();
    }

    private sealed record Inputs(
        string Namespace, string Service, ServiceCatalog Services, SameObjects<MeshRoute> Routes, MeshConfig Config, SameObjects<MeshGateway> Gateways, SecretCatalog Secrets);
}

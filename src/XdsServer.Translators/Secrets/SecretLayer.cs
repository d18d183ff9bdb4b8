using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Secrets;

/// <summary>
/// The secrets that a proxy's own resources name, of the proxy's own namespace and no other: a namespace's keys never reach another
/// namespace's proxies, whatever they ask for.
/// </summary>
internal static class SecretLayer
{
    /// <summary><paramref name="layers"/>, and one more with what they name; the mesh layer, which names none, is not looked at.</summary>
    public static ImmutableArray<ResourceLayer> Append(ProxyGroupKey group, ImmutableArray<ResourceLayer> layers, TranslationContext context)
    {
        if (context.Structure.Secrets.Secrets.IsEmpty)
        {
            return layers;
        }

        var names = layers
            .Where(l => !ReferenceEquals(l, context.Outbound.Layer))
            .SelectMany(l => l[ResourceType.Listener].Sorted.Concat(l[ResourceType.Cluster].Sorted))
            .SelectMany(r => r.References)
            .Where(r => ReferenceEquals(r.Type, ResourceType.Secret) && r.Name.StartsWith(group.Namespace + "/", StringComparison.Ordinal))
            .Where(r => layers.All(l => l[ResourceType.Secret].Find(r.Name) is null))
            .Select(r => r.Name)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (names.Count == 0)
        {
            return layers;
        }

        var wanted = string.Join('\n', names);
        return layers.Add(context.Layer($"secrets of {group.Namespace}: {string.Join(' ', names)}", new Inputs(context.Structure.Secrets, group.Namespace, wanted), Build));
    }

    private static LayerContent Build(Inputs inputs)
    {
        var wanted = inputs.Names.Split('\n').ToHashSet(StringComparer.Ordinal);
        var builder = new LayerBuilder();
        foreach (var secret in inputs.Secrets.Secrets.Where(s => s.Key.Namespace == inputs.Namespace))
        {
            var known = inputs.Secrets.Find(secret.Key)!;
            if (wanted.Contains(SecretName.Certificate(secret.Key)) && known.CertificateProblem is null)
            {
                builder.Add(ResourceType.Secret, SecretName.Certificate(secret.Key), SecretTranslator.Certificate(secret), secret.Ref);
            }

            if (wanted.Contains(SecretName.Roots(secret.Key)) && known.RootsProblem is null)
            {
                builder.Add(ResourceType.Secret, SecretName.Roots(secret.Key), SecretTranslator.Roots(secret), secret.Ref);
            }
        }

        return builder.ToContent();
    }

    private sealed record Inputs(SecretCatalog Secrets, string Namespace, string Names);
}

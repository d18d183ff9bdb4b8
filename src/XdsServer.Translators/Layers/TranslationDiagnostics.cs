using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Translators.Layers;

/// <summary>What all layers report; each once, most severe first, then by code and object. Sorted again only when some layer reports something else.</summary>
internal sealed class TranslationDiagnostics
{
    private readonly ImmutableArray<ImmutableArray<Diagnostic>> _parts;

    private TranslationDiagnostics(ImmutableArray<ImmutableArray<Diagnostic>> parts)
    {
        _parts = parts;
        Sorted = [.. parts.SelectMany(p => p).Distinct().OrderByDescending(d => d.Severity).ThenBy(d => d.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>All of them.</summary>
    public ImmutableArray<Diagnostic> Sorted { get; }

    /// <summary>Those of these layers; <paramref name="previous"/> itself when they are the same.</summary>
    public static TranslationDiagnostics Of(IEnumerable<ImmutableArray<Diagnostic>> layers, TranslationDiagnostics? previous)
    {
        var parts = layers.Where(p => !p.IsEmpty).ToImmutableArray();
        return previous is not null && parts.AsSpan().SequenceEqual(previous._parts.AsSpan()) ? previous : new TranslationDiagnostics(parts);
    }
}

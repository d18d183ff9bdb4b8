using System.Collections.Immutable;
using System.Runtime.InteropServices;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>A value with its place, for checks that come after reading.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Placed<T>(T Value, FieldPath Path, Mark At);

/// <summary>
/// Reads the fields of one object by name and type. What cannot be read is reported and counts as absent, so one bad field
/// costs no other. The names asked for are the known ones: <see cref="RefuseUnknown"/> reports all others.
/// </summary>
internal sealed class FieldReader(ObjectNode node, FieldPath path, DecodeContext context)
{
    private readonly List<string> _known = [];

    /// <summary>The object's place.</summary>
    public FieldPath Path { get; } = path;

    /// <summary>The object's position.</summary>
    public Mark At => node.At;

    /// <summary>The object itself.</summary>
    public ObjectNode Node => node;

    /// <summary>Where problems go.</summary>
    public DecodeContext Context { get; } = context;

    /// <summary>The raw value; null when absent.</summary>
    public ManifestNode? Raw(string name)
    {
        _known.Add(name);
        return node.Find(name);
    }

    /// <summary>A text; null when absent or not a scalar.</summary>
    public Placed<string>? Text(string name) => Raw(name) is { } value ? AsText(value, Path.Field(name)) : null;

    /// <summary>A text; an absent one is an error.</summary>
    public Placed<string>? RequiredText(string name, string remedy)
    {
        if (Raw(name) is { } value)
        {
            return AsText(value, Path.Field(name));
        }

        Missing(name, remedy);
        return null;
    }

    /// <summary>A whole number within bounds; null when absent or unusable.</summary>
    public Placed<int>? Number(string name, int least, int most) =>
        Raw(name) is { } value ? AsNumber(value, Path.Field(name), least, most) : null;

    /// <summary><c>true</c> or <c>false</c>; null when absent or neither.</summary>
    public bool? Flag(string name)
    {
        switch (Raw(name))
        {
            case null:
                return null;
            case ScalarNode { IsQuoted: false, Text: "true" }:
                return true;
            case ScalarNode { IsQuoted: false, Text: "false" }:
                return false;
            case var other:
                WrongType(other, Path.Field(name), "true or false", "Write true or false, without quotes.");
                return null;
        }
    }

    /// <summary>One of a fixed set of words; null when absent or another one.</summary>
    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (choices.TryGetValue(text.Value, out var choice))
        {
            return choice;
        }

        Context.Error(Codes.UnknownValue, text.Path, text.At, $"'{text.Value}' is not a known value.", Nearest.Suggest(text.Value, [.. choices.Keys]));
        return null;
    }

    /// <summary>A nested object; null when absent or something else.</summary>
    public FieldReader? Object(string name) => Raw(name) is { } value ? AsObject(value, Path.Field(name)) : null;

    /// <summary>The items of a list; none when absent or something else.</summary>
    public IEnumerable<Placed<ManifestNode>> Items(string name)
    {
        var value = Raw(name);
        var at = Path.Field(name);
        if (value is ListNode list)
        {
            return list.Items.Select((item, index) => new Placed<ManifestNode>(item, at.Item(index), item.At));
        }

        if (value is not null)
        {
            WrongType(value, at, "a list", $"Write {name} as a list, each item after a hyphen.");
        }

        return [];
    }

    /// <summary>The objects of a list; items of another type are reported and left out.</summary>
    public IEnumerable<FieldReader> Objects(string name)
    {
        foreach (var item in Items(name))
        {
            if (AsObject(item.Value, item.Path) is { } reader)
            {
                yield return reader;
            }
        }
    }

    /// <summary>The texts of a list; items of another type are reported and left out.</summary>
    public IEnumerable<Placed<string>> Texts(string name)
    {
        foreach (var item in Items(name))
        {
            if (AsText(item.Value, item.Path) is { } text)
            {
                yield return text;
            }
        }
    }

    /// <summary>An object of texts, such as labels.</summary>
    public ImmutableSortedDictionary<string, string> TextMap(string name)
    {
        if (Object(name) is not { } map)
        {
            return NoTexts;
        }

        var texts = NoTexts.ToBuilder();
        foreach (var field in map.Node.Fields)
        {
            if (map.Text(field.Name) is { } text)
            {
                texts[field.Name] = text.Value;
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>Reports that a field is missing.</summary>
    public void Missing(string name, string remedy) =>
        Context.Error(Codes.Missing, Path.Field(name), At, $"The field '{name}' is missing.", remedy);

    /// <summary>Reports a field that is absent; one that is there but unusable was reported when it was read.</summary>
    public void RequirePresent(string name, string remedy)
    {
        if (node.Find(name) is null)
        {
            Missing(name, remedy);
        }
    }

    /// <summary>Reports every field that nobody asked for; called last.</summary>
    public void RefuseUnknown()
    {
        foreach (var field in node.Fields)
        {
            if (!_known.Contains(field.Name, StringComparer.Ordinal))
            {
                Context.Error(Codes.UnknownField, Path.Field(field.Name), field.At, $"The field '{field.Name}' is not known.", Nearest.Suggest(field.Name, _known));
            }
        }
    }

    /// <summary>A node as an object, or a report.</summary>
    public FieldReader? AsObject(ManifestNode value, FieldPath at)
    {
        if (value is ObjectNode inner)
        {
            return new FieldReader(inner, at, Context);
        }

        WrongType(value, at, "an object", "Write it as fields with values.");
        return null;
    }

    /// <summary>A node as a text, or a report.</summary>
    public Placed<string>? AsText(ManifestNode value, FieldPath at)
    {
        if (value is ScalarNode { IsNull: false } scalar)
        {
            return new Placed<string>(scalar.Text, at, scalar.At);
        }

        WrongType(value, at, "a text", "Write one value.");
        return null;
    }

    /// <summary>A node as a whole number, or a report.</summary>
    public Placed<int>? AsNumber(ManifestNode value, FieldPath at, int least, int most)
    {
        if (value is not ScalarNode { IsNull: false } scalar)
        {
            WrongType(value, at, "a whole number", $"Write a number from {least} to {most}.");
            return null;
        }

        return WholeNumber.Read(scalar, least, most, out var code, out var problem) is { } number
            ? new Placed<int>(number, at, scalar.At)
            : Refuse(code, problem);

        Placed<int>? Refuse(string reason, string message)
        {
            Context.Error(reason, at, scalar.At, message, $"Write a number from {least} to {most}, in plain decimal digits.");
            return null;
        }
    }

    private void WrongType(ManifestNode value, FieldPath at, string wanted, string remedy) =>
        Context.Error(Codes.WrongType, at, value.At, $"Here stands {value.Description}, but {wanted} is needed.", remedy);

    private static readonly ImmutableSortedDictionary<string, string> NoTexts = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

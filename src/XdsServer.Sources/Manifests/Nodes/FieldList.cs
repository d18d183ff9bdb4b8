namespace XdsServer.Sources.Manifests.Nodes;

/// <summary>Collects the fields of one object and refuses a second one of the same name, which other readers silently let win.</summary>
internal sealed class FieldList
{
    private const int SmallSize = 12;

    private readonly List<NodeField> _fields = [];
    private Dictionary<string, Mark>? _names;

    /// <summary>In the order added.</summary>
    public IReadOnlyList<NodeField> Fields => _fields;

    /// <summary>False when the name is taken; <paramref name="first"/> is then where.</summary>
    public bool TryAdd(NodeField field, out Mark first)
    {
        if (IsTaken(field.Name, out first))
        {
            return false;
        }

        _fields.Add(field);
        if (_fields.Count > SmallSize)
        {
            _names ??= _fields.ToDictionary(f => f.Name, f => f.At, StringComparer.Ordinal);
            _names[field.Name] = field.At;
        }

        return true;
    }

    /// <summary>The problem to report for a name that is taken.</summary>
    public static SyntaxProblem Duplicate(string name, Mark at, Mark first) => new(
        Codes.DuplicateKey,
        at,
        $"The field '{name}' is written twice; the first is at line {first.Line}.",
        "Keep one of the two.");

    private bool IsTaken(string name, out Mark first)
    {
        if (_names is not null)
        {
            return _names.TryGetValue(name, out first);
        }

        foreach (var field in _fields)
        {
            if (string.Equals(field.Name, name, StringComparison.Ordinal))
            {
                first = field.At;
                return true;
            }
        }

        first = default;
        return false;
    }
}

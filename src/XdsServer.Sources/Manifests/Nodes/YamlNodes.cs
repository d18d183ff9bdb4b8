using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace XdsServer.Sources.Manifests.Nodes;

/// <summary>
/// YAML to nodes, straight from the parser's events. Scalars keep their text; anchors are shared, never copied, and what
/// aliases stand for is counted, so a small text cannot become a huge tree.
/// </summary>
internal sealed class YamlNodes
{
    private readonly Parser _parser;
    private readonly int _lineOffset;
    private readonly ManifestLimits _limits;
    private readonly Dictionary<string, ManifestNode?> _anchors = new(StringComparer.Ordinal);
    private long _aliasNodes;
    private SyntaxProblem? _problem;

    private YamlNodes(string text, int firstLine, ManifestLimits limits)
    {
        _parser = new Parser(new StringReader(text));
        _lineOffset = firstLine - 1;
        _limits = limits;
    }

    /// <summary>Reads all documents of a text whose first line has the number <paramref name="firstLine"/>.</summary>
    public static NodeDocuments Read(string text, int firstLine, ManifestLimits limits)
    {
        var reader = new YamlNodes(text, firstLine, limits);
        var roots = new List<ManifestNode>();
        try
        {
            reader.ReadDocuments(roots);
        }
        catch (YamlException exception)
        {
            reader._problem ??= reader.Invalid(exception.Start, Sentence(exception.Message));
        }
        catch (InvalidOperationException)
        {
            // The scanner's answer to some texts that end, or go on, inside of brackets: it does not say where.
            reader._problem ??= reader.Invalid(reader._parser.Current?.End ?? YamlDotNet.Core.Mark.Empty, "brackets that are opened and not closed.");
        }

        return new NodeDocuments(roots, reader._problem);
    }

    private SyntaxProblem Invalid(YamlDotNet.Core.Mark at, string what) =>
        new(Codes.Syntax, At(at), $"This is not valid YAML: {what}", "Check the indentation, quotes and colons at and above this line.");

    private void ReadDocuments(List<ManifestNode> roots)
    {
        while (_problem is null && _parser.MoveNext())
        {
            switch (_parser.Current)
            {
                case DocumentStart:
                    _anchors.Clear();
                    _aliasNodes = 0;
                    break;
                case NodeEvent or AnchorAlias:
                    if (ReadNode(depth: 1) is { } root)
                    {
                        roots.Add(root);
                    }

                    break;
            }
        }
    }

    private ManifestNode? ReadNode(int depth)
    {
        var current = _parser.Current!;
        if (depth > _limits.MaxDepth)
        {
            return Fail(Codes.LimitExceeded, current.Start, $"Lists and objects nest deeper than {_limits.MaxDepth} levels.", "Flatten the document.");
        }

        if (current is AnchorAlias alias)
        {
            return ReadAlias(alias);
        }

        var anchor = ((NodeEvent)current).Anchor;
        if (!anchor.IsEmpty)
        {
            _anchors[anchor.Value] = null;
        }

        ManifestNode? node = current switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart start => ReadList(start, depth),
            MappingStart start => ReadObject(start, depth),
            _ => Fail(Codes.Syntax, current.Start, "This YAML construct is not understood.", "Write plain lists, objects and scalars."),
        };
        if (!anchor.IsEmpty)
        {
            _anchors[anchor.Value] = node;
        }

        return node;
    }

    private ScalarNode? ReadScalar(Scalar scalar)
    {
        if (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific)
        {
            return new ScalarNode(At(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain);
        }

        return scalar.Tag.Value switch
        {
            "tag:yaml.org,2002:str" => new ScalarNode(At(scalar.Start), scalar.Value, isQuoted: true),
            "tag:yaml.org,2002:int" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:null" =>
                new ScalarNode(At(scalar.Start), scalar.Value, isQuoted: false),
            _ => (ScalarNode?)Fail(Codes.Syntax, scalar.Start, $"The tag '{scalar.Tag.Value}' is not understood.", "Remove the tag."),
        };
    }

    private ListNode? ReadList(SequenceStart start, int depth)
    {
        var items = new List<ManifestNode>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new ListNode(At(start.Start), items);
    }

    private ObjectNode? ReadObject(MappingStart start, int depth)
    {
        var fields = new FieldList();
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var keyAt = _parser.Current!.Start;
            if (_parser.Current is not Scalar key)
            {
                Fail(Codes.Syntax, keyAt, "A field's name must be a plain scalar.", "Write the name as text.");
                return null;
            }

            _parser.MoveNext();
            if (ReadNode(depth + 1) is not { } value)
            {
                return null;
            }

            if (!fields.TryAdd(new NodeField(key.Value, At(keyAt), value), out var first))
            {
                _problem = FieldList.Duplicate(key.Value, At(keyAt), first);
                return null;
            }
        }

        return new ObjectNode(At(start.Start), fields.Fields);
    }

    private ManifestNode? ReadAlias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            return Fail(Codes.Syntax, alias.Start, $"The anchor '{alias.Value.Value}' does not exist in this document.", "Define it above, or write the value out.");
        }

        if (node is null)
        {
            return Fail(Codes.Syntax, alias.Start, $"The anchor '{alias.Value.Value}' contains itself.", "Write the value out.");
        }

        _aliasNodes += node.Weight;
        return _aliasNodes > _limits.MaxAliasNodes
            ? Fail(Codes.LimitExceeded, alias.Start, $"The aliases of this document stand for more than {_limits.MaxAliasNodes} nodes.", "Write the values out.")
            : node;
    }

    private ManifestNode? Fail(string code, YamlDotNet.Core.Mark at, string message, string remedy)
    {
        _problem ??= new SyntaxProblem(code, At(at), message, remedy);
        return null;
    }

    private Mark At(YamlDotNet.Core.Mark mark) => new((int)mark.Line + _lineOffset, (int)mark.Column);

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}

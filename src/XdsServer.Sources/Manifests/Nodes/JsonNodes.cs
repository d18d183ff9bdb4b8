using System.Text;
using System.Text.Json;

namespace XdsServer.Sources.Manifests.Nodes;

/// <summary>
/// JSON to nodes, with positions. Strict: no comments, no trailing commas, no duplicate names. Numbers keep their text, so
/// nothing is rounded on the way.
/// </summary>
internal ref struct JsonNodes
{
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;
    private SyntaxProblem? _problem;
    private int _lineStart;
    private int _counted;
    private int _line = 1;

    private JsonNodes(ReadOnlySpan<byte> text, ManifestLimits limits)
    {
        _text = text;
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
    }

    /// <summary>Reads the one document of a UTF-8 text.</summary>
    public static NodeDocuments Read(ReadOnlySpan<byte> text, ManifestLimits limits)
    {
        var nodes = new JsonNodes(text, limits);
        ManifestNode? root = null;
        try
        {
            nodes._reader.Read();
            root = nodes.ReadNode();
            nodes._reader.Read();
        }
        catch (JsonException exception)
        {
            var at = new Mark((int)(exception.LineNumber ?? 0) + 1, (int)(exception.BytePositionInLine ?? 0) + 1);
            nodes._problem ??= new SyntaxProblem(
                Codes.Syntax, at, $"This is not valid JSON: {FirstSentence(exception.Message)}", "Check commas, quotes and brackets at and above this line.");
        }

        return new NodeDocuments(root is null || nodes._problem is not null ? [] : [root], nodes._problem);
    }

    private ManifestNode? ReadNode()
    {
        var at = Here();
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(at),
            JsonTokenType.StartArray => ReadList(at),
            JsonTokenType.String => new ScalarNode(at, _reader.GetString()!, isQuoted: true),
            _ => new ScalarNode(at, Encoding.UTF8.GetString(_reader.ValueSpan), isQuoted: false),
        };
    }

    private ObjectNode? ReadObject(Mark start)
    {
        var fields = new FieldList();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var at = Here();
            var name = _reader.GetString()!;
            _reader.Read();
            if (ReadNode() is not { } value)
            {
                return null;
            }

            if (!fields.TryAdd(new NodeField(name, at, value), out var first))
            {
                _problem = FieldList.Duplicate(name, at, first);
                return null;
            }
        }

        return new ObjectNode(start, fields.Fields);
    }

    private ListNode? ReadList(Mark start)
    {
        var items = new List<ManifestNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (ReadNode() is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new ListNode(start, items);
    }

    /// <summary>The current token's position; counts on from the last one, so the whole text is walked once.</summary>
    private Mark Here()
    {
        var target = (int)_reader.TokenStartIndex;
        while (_text[_counted..target].IndexOf((byte)'\n') is var newline and >= 0)
        {
            _counted += newline + 1;
            _lineStart = _counted;
            _line++;
        }

        _counted = target;
        return new Mark(_line, target - _lineStart + 1);
    }

    private static string FirstSentence(string text)
    {
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}

using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Sources.Files;

/// <summary>
/// What one file says: its objects and what is wrong with it. Made from bytes and the content before, without I/O; what did not
/// change are the same instances, and what a broken document hides is held.
/// </summary>
internal sealed class FileContent
{
    private FileContent(byte[] digest) => Digest = digest;

    /// <summary>Of the bytes; what decides whether a file changed.</summary>
    public byte[] Digest { get; }

    /// <summary>In the order written; held ones last.</summary>
    public ImmutableArray<DecodedObject> Objects { get; private init; } = [];

    /// <summary>What is wrong.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; private init; } = [];

    /// <summary>True when there is nothing but white space in it: more likely an accident than a wish.</summary>
    public bool IsBlank { get; private init; }

    /// <summary>True when some document could not be read.</summary>
    public bool IsBroken { get; private init; }

    /// <summary>True when the text ends within a line.</summary>
    public bool EndsWithinLine { get; private init; }

    private ChunkCache Chunks { get; init; } = ChunkCache.Empty;

    private ImmutableArray<DecodedDocument> Documents { get; init; } = [];

    private IReadOnlyDictionary<ObjectRef, DecodedObject> ByRef { get; init; } = new Dictionary<ObjectRef, DecodedObject>();

    /// <summary>Decodes a file's bytes, whose digest is known already.</summary>
    public static FileContent Decode(byte[] bytes, byte[] digest, string path, FilesSourceOptions options, FileContent? previous)
    {
        var documents = ManifestText.Decode(bytes, options.Name, path, options.Limits, previous?.Chunks, out var chunks);
        if (previous?.Patch(documents) is { } patch)
        {
            return new FileContent(digest)
            {
                Objects = patch.Objects,
                EndsWithinLine = bytes[^1] != (byte)'\n',
                Chunks = chunks,
                Documents = documents,
                ByRef = patch.ByRef,
            };
        }

        var byRef = new Dictionary<ObjectRef, DecodedObject>();
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var objects = new List<DecodedObject>();
        foreach (var document in documents)
        {
            diagnostics.AddRange(document.Diagnostics);
            foreach (var decoded in document.Objects)
            {
                AddNew(decoded, previous, byRef, objects, diagnostics);
            }
        }

        var hidesObjects = documents.Any(document => document.HidesObjects);
        var broken = documents.SelectMany(document => document.Broken).ToHashSet();
        if (previous is not null && (hidesObjects || broken.Count > 0))
        {
            Hold(previous.Objects.Where(old => hidesObjects || broken.Contains(old.Ref)), path, byRef, objects, diagnostics);
        }

        return new FileContent(digest)
        {
            Objects = [.. objects],
            Diagnostics = diagnostics.ToImmutable(),
            IsBlank = bytes.AsSpan().Trim(" \t\r\n"u8).IsEmpty,
            IsBroken = hidesObjects || broken.Count > 0,
            EndsWithinLine = bytes.Length > 0 && bytes[^1] != (byte)'\n',
            Chunks = chunks,
            Documents = documents,
            ByRef = byRef,
        };
    }

    /// <summary>A file that was not read at all, with the reason.</summary>
    public static FileContent Refused(Diagnostic reason) => new([]) { Diagnostics = [reason], IsBroken = true };

    /// <summary>The same objects, with the reason why they cannot be refreshed.</summary>
    public FileContent WithProblem(Diagnostic problem) => new([])
    {
        Objects = Objects,
        Diagnostics = [problem],
        IsBroken = true,
        EndsWithinLine = EndsWithinLine,
        Chunks = Chunks,
        ByRef = ByRef,
    };

    /// <summary>Whether this could be a half-written form of what is to follow the content before.</summary>
    public bool IsDoubtful(FileContent? previous) =>
        IsBroken
        || IsBlank
        || (EndsWithinLine && previous?.EndsWithinLine != true)
        || (previous is not null && LacksSome(previous));

    private bool LacksSome(FileContent previous) =>
        Objects.Length < previous.Objects.Length || previous.Objects.Where((old, i) => !ReferenceEquals(old, Objects[i])).Any(old => !ByRef.ContainsKey(old.Ref));

    /// <summary>
    /// The short way for a file of many documents of which few changed: null unless each document holds the object that it held before, and
    /// nothing is wrong with any.
    /// </summary>
    private (ImmutableArray<DecodedObject> Objects, IReadOnlyDictionary<ObjectRef, DecodedObject> ByRef)? Patch(ImmutableArray<DecodedDocument> documents)
    {
        if (IsBroken || !Diagnostics.IsEmpty || documents.IsEmpty || documents.Length != Documents.Length || Objects.Length != Documents.Length)
        {
            return null;
        }

        var changed = new List<(int At, DecodedObject Object)>();
        for (var i = 0; i < documents.Length; i++)
        {
            if (ReferenceEquals(documents[i], Documents[i]))
            {
                continue;
            }

            if (documents[i] is not { Objects: [var now], Diagnostics.IsEmpty: true, Broken.IsEmpty: true, HidesObjects: false }
                || Documents[i].Objects is not [var was] || was.Ref != now.Ref || now.Ref != Objects[i].Ref)
            {
                return null;
            }

            changed.Add((i, Keep(Objects[i], now)));
        }

        var objects = Objects.ToBuilder();
        var byRef = new Dictionary<ObjectRef, DecodedObject>(ByRef);
        foreach (var (at, decoded) in changed)
        {
            objects[at] = byRef[decoded.Ref] = decoded;
        }

        return (objects.DrainToImmutable(), byRef);
    }

    private static void AddNew(
        DecodedObject decoded, FileContent? previous, Dictionary<ObjectRef, DecodedObject> byRef, List<DecodedObject> objects, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var kept = previous is not null && previous.ByRef.TryGetValue(decoded.Ref, out var old) ? Keep(old, decoded) : decoded;
        if (byRef.TryAdd(decoded.Ref, kept))
        {
            objects.Add(kept);
        }
        else
        {
            diagnostics.Add(FileDiagnostics.DuplicateObject(decoded, byRef[decoded.Ref]));
        }
    }

    /// <summary>The new object, with the instances of the old one wherever the revision says that nothing changed.</summary>
    private static DecodedObject Keep(DecodedObject old, DecodedObject now)
    {
        if (ReferenceEquals(old, now))
        {
            return now;
        }

        var isSame = old.Objects.Length == now.Objects.Length;
        var objects = ImmutableArray.CreateBuilder<MeshObject>(now.Objects.Length);
        for (var i = 0; i < now.Objects.Length; i++)
        {
            var keeps = i < old.Objects.Length && old.Objects[i].GetType() == now.Objects[i].GetType() && old.Objects[i].Revision == now.Objects[i].Revision;
            isSame &= keeps;
            objects.Add(keeps ? old.Objects[i] : now.Objects[i]);
        }

        return isSame ? old : now with { Objects = objects.MoveToImmutable() };
    }

    private static void Hold(
        IEnumerable<DecodedObject> candidates, string path, Dictionary<ObjectRef, DecodedObject> byRef, List<DecodedObject> objects, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var held = candidates.Where(old => byRef.TryAdd(old.Ref, old)).ToList();
        if (held.Count > 0)
        {
            objects.AddRange(held);
            diagnostics.Add(FileDiagnostics.LastGoodKept(path, held));
        }
    }
}

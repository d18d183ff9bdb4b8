using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Sources.Files;

/// <summary>
/// The files' objects as one fragment. Of two files with one object the one that had it first keeps it. When a change touches the
/// content of objects only, the lists are patched; they are built anew when objects come or go.
/// </summary>
internal sealed class FilesFragment(FilesSourceOptions options)
{
    private readonly Dictionary<ObjectRef, (string Path, DecodedObject Object)> _owners = [];
    private readonly Dictionary<string, FileContent> _applied = new(StringComparer.Ordinal);
    private readonly KubernetesServices _kubernetes = new();
    private readonly PemSecrets _pem = new();
    private ImmutableArray<PemFiles> _pemFiles = [];
    private ImmutableArray<MeshSecret> _secrets = [];
    private ImmutableArray<Diagnostic> _duplicates = [];

    /// <summary>The newest fragment.</summary>
    public MeshFragment Current { get; private set; } = new() { Source = options.Name, IsSynced = false };

    /// <summary>What the system does not tell of; those paths are only polled.</summary>
    public ImmutableArray<Diagnostic> Blind { get; set; } = [];

    /// <summary>Brings the fragment up to date; false when nothing in it changed.</summary>
    public bool Update(FilesState state, DateTimeOffset asOf)
    {
        var changed = state.TakeChanged();
        var next = CanPatch(state, changed) ? Patch(state, changed) : Rebuild(state);
        _pem.Refresh(_pemFiles);
        next = next with { IsSynced = true, AsOf = asOf, Secrets = [.. _secrets.Concat(_pem.Secrets).OrderBy(secret => secret.Ref)] };
        next = next with { Diagnostics = Collect(state, next, asOf) };
        if (Current.IsSynced && FragmentObjects.HasSameContent(Current, next))
        {
            return false;
        }

        Current = next;
        return true;
    }

    private ImmutableArray<Diagnostic> Collect(FilesState state, MeshFragment next, DateTimeOffset asOf)
    {
        var files = state.Files.Where(file => file.Content is { Diagnostics.IsEmpty: false }).OrderBy(file => file.Path, StringComparer.Ordinal);
        return [.. Blind, .. state.FolderDiagnostics, .. files.SelectMany(file => file.Content!.Diagnostics), .. _duplicates, .. _pem.Diagnostics, .. SecretValidity.Check(next.Secrets, asOf)];
    }

    private bool CanPatch(FilesState state, IReadOnlyCollection<string> changed) => changed.All(path =>
        state.Find(path)?.Content is { } now
        && _applied.TryGetValue(path, out var before)
        && now.Objects.Length == before.Objects.Length
        && ChangedIn(before, now).All(pair => pair.Old.Ref == pair.New.Ref && _owners[pair.Old.Ref].Path == path && FragmentObjects.CanPatch(pair.Old, pair.New)));

    private static IEnumerable<(DecodedObject Old, DecodedObject New)> ChangedIn(FileContent before, FileContent now)
    {
        for (var i = 0; i < now.Objects.Length; i++)
        {
            if (!ReferenceEquals(before.Objects[i], now.Objects[i]))
            {
                yield return (before.Objects[i], now.Objects[i]);
            }
        }
    }

    private MeshFragment Patch(FilesState state, IReadOnlyCollection<string> changed)
    {
        var replaced = new List<(MeshObject Old, MeshObject New)>();
        foreach (var path in changed)
        {
            var content = state.Find(path)!.Content!;
            foreach (var (old, found) in ChangedIn(_applied[path], content))
            {
                replaced.AddRange(old.Objects.Zip(found.Objects).Where(pair => !ReferenceEquals(pair.First, pair.Second)));
                _owners[found.Ref] = (path, found);
            }

            _applied[path] = content;
        }

        var patched = FragmentObjects.Patch(Current with { Secrets = _secrets }, replaced);
        _secrets = patched.Secrets;
        return patched;
    }

    private MeshFragment Rebuild(FilesState state)
    {
        var before = new Dictionary<ObjectRef, (string Path, DecodedObject Object)>(_owners);
        var losers = new List<(string Path, DecodedObject Object)>();
        _owners.Clear();
        _applied.Clear();
        foreach (var file in state.Files.Where(file => file.Content is not null).OrderBy(file => file.GoneSince is not null).ThenBy(file => file.Path, StringComparer.Ordinal))
        {
            _applied[file.Path] = file.Content!;
            foreach (var found in file.Content!.Objects)
            {
                Claim(file, found, before, losers);
            }
        }

        _duplicates = [.. losers.Select(loser => FileDiagnostics.DuplicateObject(loser.Object, _owners[loser.Object.Ref].Object))];
        MeshObject[] objects = [.. _owners.Values.SelectMany(owner => owner.Object.Objects)];
        var filled = FragmentObjects.Fill(Current, _kubernetes.Join(objects));
        _pemFiles = [.. objects.OfType<PemFiles>()];
        _secrets = filled.Secrets;
        return filled;
    }

    private void Claim(FileState file, DecodedObject found, Dictionary<ObjectRef, (string Path, DecodedObject Object)> before, List<(string Path, DecodedObject Object)> losers)
    {
        var claim = (file.Path, found);
        if (_owners.TryAdd(found.Ref, claim))
        {
            return;
        }

        if (file.GoneSince is not null)
        {
            // A file that moved to another name: its objects are where they should be already.
            return;
        }

        var hadIt = before.TryGetValue(found.Ref, out var owner) && owner.Path == file.Path;
        losers.Add(hadIt ? _owners[found.Ref] : claim);
        if (hadIt)
        {
            _owners[found.Ref] = claim;
        }
    }
}

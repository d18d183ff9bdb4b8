using System.Runtime.InteropServices;

namespace XdsServer.Sources.Files;

/// <summary>What of a path could be learned without reading it.</summary>
internal enum FileKind
{
    /// <summary>Nothing is there, or a link points nowhere.</summary>
    Missing,

    /// <summary>A file that can be read.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, a socket, a device: reading it could block for ever.</summary>
    Special,

    /// <summary>Links that lead to each other.</summary>
    LinkLoop,

    /// <summary>The system refuses to say.</summary>
    Refused,
}

/// <summary>
/// A fingerprint of a file as the file system knows it: equal fingerprints mean that nothing was written or moved, because the
/// change time cannot be set back. The modification time alone says little: archives, checkouts and clock steps turn it back.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileStamp(FileKind Kind, long Size, ulong Inode, long Modified, long Changed)
{
    private static readonly bool HasStatx = ProbeStatx();

    /// <summary>True where the system gives no change time; then only the content tells.</summary>
    public bool IsWeak => Changed == 0;

    /// <summary>The fingerprint of what the path leads to, through links.</summary>
    public static FileStamp Of(string path) => HasStatx ? FromStatx(path) : FromFileInfo(path);

    private static FileStamp FromStatx(string path)
    {
        if (Native.Statx(Native.CurrentFolder, path, 0, Native.BasicStats, out var stat) != 0)
        {
            return new FileStamp(KindOfError(Marshal.GetLastPInvokeError()), 0, 0, 0, 0);
        }

        var kind = (stat.Mode & Native.TypeMask) switch
        {
            Native.RegularType => FileKind.Regular,
            Native.FolderType => FileKind.Folder,
            _ => FileKind.Special,
        };
        return new FileStamp(kind, (long)stat.Size, stat.Inode, Ticks(stat.ModifiedSeconds, stat.ModifiedNanoseconds), Ticks(stat.ChangedSeconds, stat.ChangedNanoseconds));
    }

    private static FileStamp FromFileInfo(string path)
    {
        var info = new FileInfo(path);
        var kind = info.Exists ? FileKind.Regular : Directory.Exists(path) ? FileKind.Folder : FileKind.Missing;
        return new FileStamp(kind, kind == FileKind.Regular ? info.Length : 0, 0, kind == FileKind.Missing ? 0 : info.LastWriteTimeUtc.Ticks, 0);
    }

    private static FileKind KindOfError(int error) => error switch
    {
        Native.NoEntry or Native.NotAFolder => FileKind.Missing,
        Native.TooManyLinks => FileKind.LinkLoop,
        _ => FileKind.Refused,
    };

    private static long Ticks(long seconds, uint nanoseconds) => (seconds * 1_000_000_000) + nanoseconds;

    private static bool ProbeStatx()
    {
        try
        {
            return OperatingSystem.IsLinux() && Native.Statx(Native.CurrentFolder, "/", 0, Native.BasicStats, out _) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
    }
}

using System.Runtime.InteropServices;

namespace XdsServer.Sources.Files;

/// <summary>Linux's <c>statx</c>, which knows inode and change time; the runtime's own file information has neither.</summary>
internal static partial class Native
{
    public const int CurrentFolder = -100;
    public const uint BasicStats = 0x7ff;
    public const int TypeMask = 0xf000;
    public const int RegularType = 0x8000;
    public const int FolderType = 0x4000;
    public const int NoEntry = 2;
    public const int NotAFolder = 20;
    public const int TooManyLinks = 40;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Statx(int folder, string path, int flags, uint mask, out StatxBuffer buffer);

    /// <summary>The kernel's layout; the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public readonly struct StatxBuffer
    {
        [FieldOffset(28)]
        public readonly ushort Mode;

        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(40)]
        public readonly ulong Size;

        [FieldOffset(96)]
        public readonly long ChangedSeconds;

        [FieldOffset(104)]
        public readonly uint ChangedNanoseconds;

        [FieldOffset(112)]
        public readonly long ModifiedSeconds;

        [FieldOffset(120)]
        public readonly uint ModifiedNanoseconds;
    }
}

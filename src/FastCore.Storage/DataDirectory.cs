using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage;

/// <summary>How a data directory is opened.</summary>
public sealed class DataDirectoryOptions
{
    /// <summary>
    /// Partitions of a new directory; an existing one must have as many. 0 takes an existing directory as it is.
    /// </summary>
    public int Partitions { get; set; }

    /// <summary>
    /// Text kept with a new directory, at most <see cref="DataDirectory.SettingsBytesMax"/> bytes of UTF-8: what its
    /// state depends on and must be the same at every opening. Ignored when the directory exists.
    /// </summary>
    public string Settings { get; set; } = "";

    /// <summary>Id of a new directory; 0 draws one at random.</summary>
    public ulong NewId { get; set; }

    /// <summary>Says when a new directory is made; null = the machine's clock.</summary>
    public IClock? Clock { get; set; }

    /// <summary>Changes no file. For tools that look; the directory must exist and be used by nobody.</summary>
    public bool ReadOnly { get; set; }
}

/// <summary>
/// A directory with the data of all partitions of one node: <c>format</c> says what it is, <c>lock</c> who uses it,
/// <c>whole</c> that every partition has been made, and each partition has a directory of its own.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    /// <summary>Partitions at most.</summary>
    public const int PartitionsMax = 256;

    /// <summary>Bytes of the settings at most.</summary>
    public const int SettingsBytesMax = 3_072;

    private const string FormatFile = "format";
    private const string NewFormatFile = "format.new";
    private const string LockFile = "lock";

    // The file: magic u64, version u32, partitions u32, directory id u64, created at u64 (ns), settings length
    // u32, settings (UTF-8), zeros, CRC-32C u32.
    private const ulong Magic = 0x3154_414D_524F_4346; // "FCORMAT1"
    private const uint CurrentVersion = 1;
    private const int FormatBytes = 4096;
    private const int SettingsOffset = 36;

    private readonly IDisk _disk;
    private readonly bool _readOnly;
    private readonly IDisposable _lock;
    private readonly ulong _directoryId;

    private readonly WholeMark _whole;

    private DataDirectory(
        IDisk disk,
        bool readOnly,
        IDisposable fileLock,
        int partitions,
        ulong directoryId,
        ulong createdNs,
        string settings)
    {
        _disk = disk;
        _readOnly = readOnly;
        _lock = fileLock;
        Partitions = partitions;
        _directoryId = directoryId;
        CreatedNs = createdNs;
        Settings = settings;
        _whole = new WholeMark(disk, partitions);
    }

    /// <summary>Partitions that the directory was made with.</summary>
    public int Partitions { get; }

    /// <summary>Names the directory: drawn at random when it was made, in every file of its journal.</summary>
    public ulong Id => _directoryId;

    /// <summary>When the directory was made, nanoseconds since 1970 UTC.</summary>
    public ulong CreatedNs { get; }

    /// <summary>What <see cref="DataDirectoryOptions.Settings"/> was when the directory was made.</summary>
    public string Settings { get; }

    /// <summary>Whether there is a data directory at the path.</summary>
    public static bool Exists(string path) => File.Exists(Path.Combine(path, FormatFile));

    /// <summary>Opens a directory, or makes it when it does not exist or is empty and the options allow.</summary>
    /// <exception cref="DataDirectoryException">It is locked, foreign, of an unknown version or another
    /// shape.</exception>
    /// <exception cref="CorruptStorageException">Its format file is broken.</exception>
    public static DataDirectory Open(string path, DataDirectoryOptions options) => Open(new FileDisk(path), options);

    /// <summary>Opens a directory on a disk of the caller's.</summary>
    public static DataDirectory Open(IDisk disk, DataDirectoryOptions options)
    {
        if (options.ReadOnly && !disk.FileExists(FormatFile))
        {
            throw new DataDirectoryException(
                DataDirectoryError.NotADataDirectory, FormatFile, "this is not a data directory");
        }

        if (!options.ReadOnly)
        {
            disk.CreateDirectory("");
        }

        IDisposable fileLock = disk.Lock(LockFile, options.ReadOnly);
        try
        {
            if (!disk.FileExists(FormatFile))
            {
                Create(disk, options);
            }

            return Read(disk, options, fileLock);
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens the storage of one partition, or makes it while the directory is new: recovers the journal's end, finds
    /// the checkpoints. Different partitions may be opened at the same time, each once.
    /// </summary>
    /// <exception cref="CorruptStorageException">Stored bytes are not what was written, or the partition is
    /// gone.</exception>
    public PartitionStorage OpenPartition(int partition, StorageOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, Partitions);
        string head = PartitionStorage.JournalHeadOf(partition);
        if (_whole.IsSet && !_disk.FileExists(head))
        {
            throw new CorruptStorageException(head, 0, 0, "the file is missing");
        }

        PartitionStorage storage = new(_disk, partition, Partitions, _directoryId, options, _readOnly);
        try
        {
            if (!_readOnly)
            {
                _whole.NoteMade(partition);
            }

            return storage;
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static void Create(IDisk disk, DataDirectoryOptions options)
    {
        int partitions = options.Partitions;
        string settings = options.Settings;
        bool foreign = disk.ListDirectories("").Count != 0
            || disk.ListFiles("").Any(name => name is not LockFile and not NewFormatFile);
        if (foreign)
        {
            throw new DataDirectoryException(
                DataDirectoryError.NotADataDirectory,
                    FormatFile, "the directory is not empty and is not a data directory");
        }

        if (partitions is < 1 or > PartitionsMax)
        {
            throw new DataDirectoryException(
                DataDirectoryError.PartitionMismatch,
                FormatFile,
                $"a new data directory needs 1 to {PartitionsMax} partitions, not {partitions}");
        }

        if (Encoding.UTF8.GetByteCount(settings) > SettingsBytesMax)
        {
            throw new ArgumentException($"The settings have more than {SettingsBytesMax} bytes.", nameof(options));
        }

        byte[] bytes = new byte[FormatBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), CurrentVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)partitions);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), options.NewId);
        if (options.NewId == 0)
        {
            RandomNumberGenerator.Fill(bytes.AsSpan(16, 8));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), options.Clock?.NowNs ?? SystemNowNs());
        int settingsLength = Encoding.UTF8.GetBytes(settings, bytes.AsSpan(SettingsOffset));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(SettingsOffset - 4), (uint)settingsLength);
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(FormatBytes - 4), Crc32C.Of(bytes.AsSpan(0, FormatBytes - 4)));
        SmallFile.Replace(disk, "", FormatFile, NewFormatFile, bytes);
    }

    private static ulong SystemNowNs() =>
        (ulong)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static DataDirectory Read(IDisk disk, DataDirectoryOptions options, IDisposable fileLock)
    {
        byte[] bytes = new byte[FormatBytes];
        using (IDiskFile file = disk.Open(FormatFile, DiskFileMode.Read, DiskFileKind.Small))
        {
            if (file.Length != FormatBytes || file.Read(0, bytes) != FormatBytes)
            {
                throw new CorruptStorageException(FormatFile, 0, 0, "the file has the wrong length");
            }
        }

        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(FormatBytes - 4));
        if (checksum != Crc32C.Of(bytes.AsSpan(0, FormatBytes - 4)))
        {
            throw new CorruptStorageException(FormatFile, 0, 0, "the checksum does not match");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic || version != CurrentVersion)
        {
            throw new DataDirectoryException(
                DataDirectoryError.UnknownVersion,
                    FormatFile, $"format version {version} is not known, only {CurrentVersion}");
        }

        int partitions = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        uint settingsLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(SettingsOffset - 4));
        bool isWhole = partitions is >= 1 and <= PartitionsMax
            && settingsLength <= SettingsBytesMax
            && Utf8.IsValid(bytes.AsSpan(SettingsOffset, (int)settingsLength))
            && !bytes.AsSpan(SettingsOffset + (int)settingsLength)[..^4].ContainsAnyExcept((byte)0);
        if (!isWhole)
        {
            throw new CorruptStorageException(FormatFile, 0, 0, "it holds what no data directory has");
        }

        if (options.Partitions != 0 && options.Partitions != partitions)
        {
            throw new DataDirectoryException(
                DataDirectoryError.PartitionMismatch,
                FormatFile,
                $"the directory was made with {partitions} partitions and cannot be opened with {options.Partitions}");
        }

        return new DataDirectory(
            disk,
            options.ReadOnly,
            fileLock,
            partitions,
            BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16)),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(24)),
            Encoding.UTF8.GetString(bytes, SettingsOffset, (int)settingsLength));
    }
}

using System.Buffers.Binary;
using System.Text;
using FastCore.Engine.Ports;
using FastCore.Fuzz.Core;
using FastCore.Storage;
using FastCore.Storage.Disk;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>The file that says what a data directory is.</summary>
public sealed class FormatFuzzer : Fuzzer
{
    private const string Path = "format";
    private const int Size = 4096;
    private const int SettingsOffset = 36;

    private static readonly DataDirectoryOptions Reading = new() { ReadOnly = true };

    private readonly ByteDisk _disk = new(100);
    private readonly byte[] _bytes = new byte[Size];

    /// <inheritdoc/>
    public override string Name => "format";

    /// <inheritdoc/>
    public override string Summary => "DataDirectory: the format file of a data directory.";

    /// <inheritdoc/>
    public override int InputSizeMax => Size + 64;

    /// <inheritdoc/>
    public override long AllocationMax => 32 << 10;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        foreach (string settings in new[] { "", "{\"Ledger\":{},\"Payments\":{}}", new string('é', 1500) })
        {
            byte[] bytes = new byte[Size];
            bytes[24] = 77;
            Encode(bytes, 2, settings, 0xABCD);
            yield return bytes;
        }
    }

    /// <inheritdoc/>
    public override void Mend(Span<byte> input, SeededRandom random)
    {
        if (input.Length == Size)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(input[(Size - 4)..], Crc32C.Of(input[..(Size - 4)]));
        }
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        _disk.Put(Path, input);
        DataDirectory directory;
        try
        {
            directory = DataDirectory.Open(_disk, Reading);
        }
        catch (CorruptStorageException refused)
        {
            return Verdict.Refused(refused.Message);
        }
        catch (DataDirectoryException refused)
        {
            return Verdict.Refused((int)refused.Code);
        }

        BrokenPropertyException.Unless(
            directory.Partitions is >= 1 and <= DataDirectory.PartitionsMax, "an impossible number of partitions");
        Array.Clear(_bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(24), directory.CreatedNs);
        Encode(
            _bytes, directory.Partitions, directory.Settings, BinaryPrimitives.ReadUInt64LittleEndian(input[16..]));
        BrokenPropertyException.Unless(input.SequenceEqual(_bytes), "the file is encoded to other bytes");
        int bit = Checksums.FlipOne(_bytes, BitConverter.ToUInt32(input[(Size - 4)..]));
        _disk.Put(Path, _bytes);
        try
        {
            DataDirectory.Open(_disk, Reading);
        }
        catch (CorruptStorageException)
        {
            return Verdict.Accepted(Verdict.SizeClass(directory.Partitions), directory.Settings.Length);
        }

        throw new BrokenPropertyException($"flipped bit {bit} was not noticed");
    }

    // As docs/JOURNAL.md lays the file out; the time of making is there already.
    private static void Encode(Span<byte> bytes, int partitions, string settings, ulong directoryId)
    {
        "FCORMAT1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], partitions);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], directoryId);
        int length = Encoding.UTF8.GetBytes(settings, bytes[SettingsOffset..^4]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(SettingsOffset - 4)..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Size - 4)..], Crc32C.Of(bytes[..(Size - 4)]));
    }
}

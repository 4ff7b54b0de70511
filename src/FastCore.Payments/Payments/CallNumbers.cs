using System.Buffers.Binary;
using FastCore.Engine.Ports;

namespace FastCore.Payments.Payments;

/// <summary>Hands out the numbers of connector calls: unique in the partition for ever, rising. State.</summary>
internal sealed class CallNumbers : IStatePart
{
    private ulong _last;
    private ulong _marked;

    public string Name => "payment-call-numbers";

    public uint Version => 1;

    public ulong Next() => ++_last;

    public void BeginCheckpoint() => _marked = _last;

    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _marked);
        writer.Write(bytes);
        return true;
    }

    public void AbandonCheckpoint()
    {
        // The mark is a copy; there is nothing to release.
    }

    public void Recover(ISnapshotReader reader, uint version)
    {
        if (version != Version)
        {
            throw new CorruptStorageException(Name, 0, 0, $"version {version} is not known here, only {Version}");
        }

        Span<byte> bytes = stackalloc byte[8];
        reader.Read(bytes);
        _last = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}

using System.Runtime.InteropServices;
using FastCore.Cli.Wire;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.MessagePack;

namespace FastCore.Cli.Inspect;

/// <summary>
/// Journal entries and accounts as a stream of MessagePack maps, one a record, with the names of the JSON document;
/// docs/MESSAGEPACK.md tells them. Nothing but the record at hand is kept in memory.
/// </summary>
internal sealed class MessagePackExport(Stream output)
{
    private static readonly WireStruct AccountFields = WireCatalog.Find(Operation.QueryAccounts)!.Result;

    private byte[] _record = new byte[64 << 10];

    /// <summary>Writes the entry that the reader is at.</summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="entry">The reader.</param>
    /// <param name="objects">With everything that its commands hold.</param>
    public void Write(int partition, IJournalReader entry, bool objects)
    {
        int size;
        while ((size = SizeOf(partition, entry, objects)) == 0)
        {
            Grow();
        }

        output.Write(_record, 0, size);
    }

    /// <summary>Writes an account.</summary>
    public void Write(in Account account)
    {
        MessagePackWriter writer = new(_record);
        if (!WireMessagePack.TryWrite(
            ref writer, AccountFields, MemoryMarshal.AsBytes(new ReadOnlySpan<Account>(in account))))
        {
            throw new InvalidOperationException("An account is larger than the record buffer.");
        }

        output.Write(writer.Written);
    }

    // Bytes of the record; 0 when it needs a larger buffer.
    private int SizeOf(int partition, IJournalReader entry, bool objects)
    {
        MessagePackWriter writer = new(_record);
        bool fits = writer.TryWriteMapHeader(5)
            && writer.TryWriteUtf8("partition"u8) && writer.TryWriteInt64(partition)
            && writer.TryWriteUtf8("sequence"u8) && writer.TryWriteUInt64(entry.Sequence)
            && writer.TryWriteUtf8("timestamp"u8) && writer.TryWriteUInt64(entry.TimestampNs)
            && writer.TryWriteUtf8("hash"u8) && writer.TryWriteText(Convert.ToHexStringLower(entry.Hash))
            && writer.TryWriteUtf8("commands"u8) && writer.TryWriteArrayHeader((uint)entry.CommandCount);
        CommandCursor cursor = new(entry);
        while (fits && cursor.MoveNext())
        {
            fits = TryWriteCommand(ref writer, cursor, objects);
        }

        return fits ? writer.Position : 0;
    }

    private static bool TryWriteCommand(ref MessagePackWriter writer, in CommandCursor cursor, bool objects)
    {
        WireOperation? operation = objects ? WireCatalog.Find((Operation)cursor.Header.Operation) : null;
        bool fits = writer.TryWriteMapHeader(operation is null ? 5u : 6u)
            && writer.TryWriteUtf8("operation"u8) && writer.TryWriteText(cursor.Name)
            && writer.TryWriteUtf8("count"u8) && writer.TryWriteUInt64(cursor.Header.Count)
            && writer.TryWriteUtf8("key"u8) && writer.TryWriteUInt64(cursor.Header.Key)
            && writer.TryWriteUtf8("principal"u8) && writer.TryWriteUInt64(cursor.Header.Principal)
            && writer.TryWriteUtf8("bytes"u8) && writer.TryWriteUInt64(cursor.Header.Length);
        if (operation is null)
        {
            return fits;
        }

        int size = operation.Shape.ElementSize;
        ReadOnlySpan<byte> elements = cursor.Body[operation.Shape.PrefixSize..];
        fits = fits && writer.TryWriteUtf8("objects"u8) && writer.TryWriteArrayHeader((uint)(elements.Length / size));
        for (int at = 0; fits && at < elements.Length; at += size)
        {
            fits = WireMessagePack.TryWrite(ref writer, operation.Element, elements.Slice(at, size));
        }

        return fits;
    }

    private void Grow() => _record = new byte[checked(_record.Length * 2)];
}

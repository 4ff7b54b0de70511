using System.Runtime.InteropServices;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The summary of a full block of transfer rows, 2,944 bytes: this header (smallest and largest values of the transfers
/// in the block; markers do not count), then Bloom filters of books, accounts and user data, all mixed with the book so
/// that one book's values do not hide another's.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = HeaderSize)]
internal struct TransferSummary
{
    public const int HeaderSize = 128;
    public const int Size = HeaderSize + 256 + 1024 + (3 * 512);

    [FieldOffset(0)] public UInt128 AmountMin;

    [FieldOffset(16)] public UInt128 AmountMax;

    [FieldOffset(32)] public UInt128 UserData128Min;

    [FieldOffset(48)] public UInt128 UserData128Max;

    [FieldOffset(64)] public ulong TimestampMinNs;

    [FieldOffset(72)] public ulong TimestampMaxNs;

    [FieldOffset(80)] public ulong UserData64Min;

    [FieldOffset(88)] public ulong UserData64Max;

    [FieldOffset(96)] public uint UserData32Min;

    [FieldOffset(100)] public uint UserData32Max;

    [FieldOffset(104)] public uint LedgerMin;

    [FieldOffset(108)] public uint LedgerMax;

    [FieldOffset(112)] public uint CodeMin;

    [FieldOffset(116)] public uint CodeMax;

    /// <summary>Rows that are transfers.</summary>
    [FieldOffset(120)] public int TransferCount;

    /// <summary>Rows that may have an entry in the record index.</summary>
    [FieldOffset(124)] public int IndexedCount;

    public static ref readonly TransferSummary Header(ReadOnlySpan<byte> summary) =>
        ref MemoryMarshal.AsRef<TransferSummary>(summary[..HeaderSize]);

    public static Span<byte> Books(Span<byte> summary) => summary.Slice(128, 256);

    public static Span<byte> Accounts(Span<byte> summary) => summary.Slice(384, 1024);

    public static Span<byte> UserData128(Span<byte> summary) => summary.Slice(1408, 512);

    public static Span<byte> UserData64(Span<byte> summary) => summary.Slice(1920, 512);

    public static Span<byte> UserData32(Span<byte> summary) => summary.Slice(2432, 512);

    public static bool MayHoldBook(ReadOnlySpan<byte> summary, ulong book) =>
        Bloom.MayContain(summary.Slice(128, 256), KeyHash.Of(book, 0));

    public static bool MayHoldAccount(ReadOnlySpan<byte> summary, ulong book, UInt128 id) =>
        Bloom.MayContain(summary.Slice(384, 1024), KeyHash.Of(id, book));

    public static bool MayHoldUserData128(ReadOnlySpan<byte> summary, ulong book, UInt128 value) =>
        Bloom.MayContain(summary.Slice(1408, 512), KeyHash.Of(value, book));

    public static bool MayHoldUserData64(ReadOnlySpan<byte> summary, ulong book, ulong value) =>
        Bloom.MayContain(summary.Slice(1920, 512), KeyHash.Of(value, book));

    public static bool MayHoldUserData32(ReadOnlySpan<byte> summary, ulong book, uint value) =>
        Bloom.MayContain(summary.Slice(2432, 512), KeyHash.Of((ulong)value, book));

    /// <summary>Whether a transfer of the book with this timestamp may be in the block.</summary>
    public static bool MayHold(ReadOnlySpan<byte> summary, ulong book, ulong timestampNs)
    {
        ref readonly TransferSummary header = ref Header(summary);
        return header.TransferCount != 0
            && timestampNs >= header.TimestampMinNs
            && timestampNs <= header.TimestampMaxNs
            && MayHoldBook(summary, book);
    }
}

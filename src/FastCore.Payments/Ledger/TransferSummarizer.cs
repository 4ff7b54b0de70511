using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>Sums up full blocks of transfers.</summary>
internal sealed class TransferSummarizer : IHistorySummarizer<TransferRow>
{
    public int SummarySize => TransferSummary.Size;

    public void Summarize(ReadOnlySpan<TransferRow> rows, Span<byte> summary)
    {
        summary.Clear();
        TransferSummary header = new()
        {
            AmountMin = UInt128.MaxValue,
            UserData128Min = UInt128.MaxValue,
            TimestampMinNs = ulong.MaxValue,
            UserData64Min = ulong.MaxValue,
            UserData32Min = uint.MaxValue,
            LedgerMin = uint.MaxValue,
            CodeMin = uint.MaxValue,
        };

        foreach (ref readonly TransferRow row in rows)
        {
            header.IndexedCount += row.IsIndexed ? 1 : 0;
            if (row.IsTransfer)
            {
                header.TransferCount++;
                Widen(ref header, row.Transfer);
                AddToFilters(summary, row.Book, row.Transfer);
            }
        }

        MemoryMarshal.Write(summary, in header);
    }

    private static void Widen(ref TransferSummary header, in Transfer transfer)
    {
        header.AmountMin = UInt128.Min(header.AmountMin, transfer.Amount);
        header.AmountMax = UInt128.Max(header.AmountMax, transfer.Amount);
        header.UserData128Min = UInt128.Min(header.UserData128Min, transfer.UserData128);
        header.UserData128Max = UInt128.Max(header.UserData128Max, transfer.UserData128);
        header.TimestampMinNs = Math.Min(header.TimestampMinNs, transfer.Timestamp);
        header.TimestampMaxNs = Math.Max(header.TimestampMaxNs, transfer.Timestamp);
        header.UserData64Min = Math.Min(header.UserData64Min, transfer.UserData64);
        header.UserData64Max = Math.Max(header.UserData64Max, transfer.UserData64);
        header.UserData32Min = Math.Min(header.UserData32Min, transfer.UserData32);
        header.UserData32Max = Math.Max(header.UserData32Max, transfer.UserData32);
        header.LedgerMin = Math.Min(header.LedgerMin, transfer.Ledger);
        header.LedgerMax = Math.Max(header.LedgerMax, transfer.Ledger);
        header.CodeMin = Math.Min(header.CodeMin, transfer.Code);
        header.CodeMax = Math.Max(header.CodeMax, transfer.Code);
    }

    // Zero is "no value": no filter asks for it.
    private static void AddToFilters(Span<byte> summary, ulong book, in Transfer transfer)
    {
        Bloom.Add(TransferSummary.Books(summary), KeyHash.Of(book, 0));
        Span<byte> accounts = TransferSummary.Accounts(summary);
        Bloom.Add(accounts, KeyHash.Of(transfer.DebitAccountId, book));
        Bloom.Add(accounts, KeyHash.Of(transfer.CreditAccountId, book));
        if (transfer.UserData128 != UInt128.Zero)
        {
            Bloom.Add(TransferSummary.UserData128(summary), KeyHash.Of(transfer.UserData128, book));
        }

        if (transfer.UserData64 != 0)
        {
            Bloom.Add(TransferSummary.UserData64(summary), KeyHash.Of(transfer.UserData64, book));
        }

        if (transfer.UserData32 != 0)
        {
            Bloom.Add(TransferSummary.UserData32(summary), KeyHash.Of((ulong)transfer.UserData32, book));
        }
    }
}

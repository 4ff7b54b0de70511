using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// Brings into memory what a batch will touch: index entries first, then the rows they lead to. New transactions need
/// no row, so for them this has work only while something is on disk.
/// </summary>
internal sealed class FraudPrefetch(FraudStore store, Predicate<ulong> isHere, IReviewedPayments payments)
{
    private const int MerchantOffset = 16;

    private RecordKey[] _keys = new RecordKey[1024];
    private int _count;

    public void Clear() => _count = 0;

    public void Begin(Operation operation, ReadOnlySpan<byte> body)
    {
        switch (operation)
        {
            case Operation.ScoreTransactions:
                Begin(body, ScoreTransaction.Size, RecordKinds.Decision, store.Decisions.NeedsPrefetch);
                BeginCards(body, ScoreTransaction.Size);
                break;
            case Operation.ScoreObserved:
                Begin(body, ObservedTransaction.Size, RecordKinds.Decision, store.Decisions.NeedsPrefetch);
                BeginCards(body, ObservedTransaction.Size);
                break;
            case Operation.ObserveCards:
            case Operation.ObservePaymentCards:
                Begin(body, ScoreTransaction.Size, RecordKinds.Card, store.Cards.NeedsPrefetch);
                BeginDecided(body);
                break;
            case Operation.LabelCards:
                Begin(body, LabelTransaction.Size, RecordKinds.Card, isRowOnDisk: true);
                break;
            case Operation.LabelTransactions:
                Begin(body, LabelTransaction.Size, RecordKinds.Decision, isRowOnDisk: true);
                Begin(body, LabelTransaction.Size, RecordKinds.Label, isRowOnDisk: true);
                break;
            case Operation.ResolveReviews:
                Begin(body, ReviewVerdict.Size, RecordKinds.Decision, isRowOnDisk: true);
                Begin(body, ReviewVerdict.Size, RecordKinds.Verdict, isRowOnDisk: true);
                foreach (ref readonly ReviewVerdict verdict in MemoryMarshal.Cast<byte, ReviewVerdict>(body))
                {
                    payments.Prefetch(verdict.Merchant & Limits.BookMax, verdict.Id);
                }

                break;
        }
    }

    public void Complete()
    {
        if (_count == 0)
        {
            return;
        }

        int known = store.Index.Prefetch(_keys.AsSpan(0, _count));
        store.Index.CompletePrefetch();
        for (int i = 0; i < known; i++)
        {
            if (!store.Index.TryGet(_keys[i], out ulong position))
            {
                continue;
            }

            switch ((byte)(_keys[i].Scope >> 56))
            {
                case RecordKinds.Decision:
                    store.Decisions.Prefetch((long)position);
                    break;
                case RecordKinds.Card:
                    store.Cards.Prefetch((long)position);
                    break;
                default:
                    store.Feedback.Prefetch((long)position);
                    break;
            }
        }

        _count = 0;
    }

    /// <summary>A payment will be screened.</summary>
    public void BeginPayment(in CreatePayment payment, bool isCardHere)
    {
        if (store.Index.NeedsPrefetch || store.Decisions.NeedsPrefetch)
        {
            Want(RecordKey.Of(payment.Id, RecordKinds.Decision, payment.Merchant & Limits.BookMax));
        }

        if (isCardHere && MayHaveCounted)
        {
            Want(RecordKey.Of(payment.Id, RecordKinds.Card, payment.Merchant & Limits.BookMax));
        }
    }

    // Cards that were counted by a step of their own, of which something is on disk.
    private bool MayHaveCounted =>
        store.Cards.Count != 0 && (store.Index.NeedsPrefetch || store.Cards.NeedsPrefetch);

    // Transactions for which nothing was handed over look whether that step was taken by an earlier request.
    private void BeginCards(ReadOnlySpan<byte> body, int stride)
    {
        if (!MayHaveCounted)
        {
            return;
        }

        for (int at = 0; at + stride <= body.Length; at += stride)
        {
            if (stride == ScoreTransaction.Size
                || MemoryMarshal.Read<CardFeatures>(body[(at + ScoreTransaction.Size)..]).IsCardHere)
            {
                Begin(body.Slice(at, stride), stride, RecordKinds.Card, isRowOnDisk: true);
            }
        }
    }

    // Transactions that could take one step look whether they did, in an earlier request.
    private void BeginDecided(ReadOnlySpan<byte> body)
    {
        if (!store.Index.NeedsPrefetch && !store.Decisions.NeedsPrefetch)
        {
            return;
        }

        for (int at = 0; at + ScoreTransaction.Size <= body.Length; at += ScoreTransaction.Size)
        {
            if (isHere(MemoryMarshal.Read<ulong>(body[(at + MerchantOffset)..])))
            {
                Begin(
                    body.Slice(at, ScoreTransaction.Size), ScoreTransaction.Size, RecordKinds.Decision,
                    isRowOnDisk: true);
            }
        }
    }

    // Every element begins with its id and its merchant.
    private void Begin(ReadOnlySpan<byte> body, int stride, byte kind, bool isRowOnDisk)
    {
        if (!isRowOnDisk && !store.Index.NeedsPrefetch)
        {
            return;
        }

        for (int at = 0; at + stride <= body.Length; at += stride)
        {
            UInt128 id = MemoryMarshal.Read<UInt128>(body[at..]);
            ulong merchant = MemoryMarshal.Read<ulong>(body[(at + MerchantOffset)..]);
            Want(RecordKey.Of(id, kind, merchant & Limits.BookMax));
        }
    }

    private void Want(in RecordKey key)
    {
        if (_count == _keys.Length)
        {
            // Grows to the largest batch ever seen, then allocates no more.
            Array.Resize(ref _keys, _keys.Length * 2);
        }

        _keys[_count++] = key;
    }
}

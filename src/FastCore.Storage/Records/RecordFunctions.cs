using FastCore.Engine.Ports;
using FASTER.core;

namespace FastCore.Storage.Records;

// What FasterKV calls back. A struct, so that the calls are bound when the code is compiled. Only reads and blind
// writes are used; the read-modify-write and delete callbacks exist because the interface wants them.
internal readonly struct RecordFunctions(RecordArrivals arrivals) : IFunctions<RecordKey, ulong, ulong, ulong, Empty>
{
    public bool SingleReader(ref RecordKey key, ref ulong input, ref ulong value, ref ulong dst, ref ReadInfo readInfo)
    {
        dst = value;
        return true;
    }

    public bool ConcurrentReader(
        ref RecordKey key, ref ulong input, ref ulong value, ref ulong dst, ref ReadInfo readInfo)
    {
        dst = value;
        return true;
    }

    public bool SingleWriter(
        ref RecordKey key, ref ulong input, ref ulong src, ref ulong dst, ref ulong output, ref UpsertInfo upsertInfo,
        WriteReason reason)
    {
        dst = src;
        return true;
    }

    public bool ConcurrentWriter(
        ref RecordKey key, ref ulong input, ref ulong src, ref ulong dst, ref ulong output, ref UpsertInfo upsertInfo)
    {
        dst = src;
        return true;
    }

    public void ReadCompletionCallback(
        ref RecordKey key,
            ref ulong input, ref ulong output, Empty ctx, Status status, RecordMetadata recordMetadata) =>
        arrivals.Add(in key, status.Found, output);

    public void PostSingleWriter(
        ref RecordKey key, ref ulong input, ref ulong src, ref ulong dst, ref ulong output, ref UpsertInfo upsertInfo,
        WriteReason reason)
    {
    }

    public bool NeedInitialUpdate(ref RecordKey key, ref ulong input, ref ulong output, ref RMWInfo rmwInfo) => false;

    public bool InitialUpdater(
        ref RecordKey key, ref ulong input, ref ulong value, ref ulong output, ref RMWInfo rmwInfo) => false;

    public void PostInitialUpdater(
        ref RecordKey key, ref ulong input, ref ulong value, ref ulong output, ref RMWInfo rmwInfo)
    {
    }

    public bool NeedCopyUpdate(
        ref RecordKey key, ref ulong input, ref ulong oldValue, ref ulong output, ref RMWInfo rmwInfo) => false;

    public bool CopyUpdater(
        ref RecordKey key,
            ref ulong input, ref ulong oldValue, ref ulong newValue, ref ulong output, ref RMWInfo rmwInfo) =>
        false;

    public void PostCopyUpdater(
        ref RecordKey key,
            ref ulong input, ref ulong oldValue, ref ulong newValue, ref ulong output, ref RMWInfo rmwInfo)
    {
    }

    public bool InPlaceUpdater(
        ref RecordKey key, ref ulong input, ref ulong value, ref ulong output, ref RMWInfo rmwInfo) => false;

    public void RMWCompletionCallback(
        ref RecordKey key, ref ulong input, ref ulong output, Empty ctx, Status status, RecordMetadata recordMetadata)
    {
    }

    public bool SingleDeleter(ref RecordKey key, ref ulong value, ref DeleteInfo deleteInfo) => false;

    public void PostSingleDeleter(ref RecordKey key, ref DeleteInfo deleteInfo)
    {
    }

    public bool ConcurrentDeleter(ref RecordKey key, ref ulong value, ref DeleteInfo deleteInfo) => false;

    public void DisposeSingleWriter(
        ref RecordKey key, ref ulong input, ref ulong src, ref ulong dst, ref ulong output, ref UpsertInfo upsertInfo,
        WriteReason reason)
    {
    }

    public void DisposeCopyUpdater(
        ref RecordKey key,
            ref ulong input, ref ulong oldValue, ref ulong newValue, ref ulong output, ref RMWInfo rmwInfo)
    {
    }

    public void DisposeInitialUpdater(
        ref RecordKey key, ref ulong input, ref ulong value, ref ulong output, ref RMWInfo rmwInfo)
    {
    }

    public void DisposeSingleDeleter(ref RecordKey key, ref ulong value, ref DeleteInfo deleteInfo)
    {
    }

    public void DisposeDeserializedFromDisk(ref RecordKey key, ref ulong value)
    {
    }

    public void CheckpointCompletionCallback(int sessionID, string sessionName, CommitPoint commitPoint)
    {
    }
}

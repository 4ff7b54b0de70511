using FASTER.core;

namespace FastCore.Storage.Records;

// What FasterKV writes to and reads from: the scratch files of the index that has its store at the time.
internal sealed class ScratchDevice()
    : StorageDeviceBase("index", ScratchFiles.SectorBytes, Devices.CAPACITY_UNSPECIFIED)
{
    // Null while no index has the store; then nothing is asked of it.
    public ScratchFiles? Files { get; set; }

    public override void WriteAsync(
        IntPtr sourceAddress,
        int segmentId,
        ulong destinationAddress,
        uint numBytesToWrite,
        DeviceIOCompletionCallback callback,
        object context) =>
        Files!.Write(new ScratchRequest(
            sourceAddress, segmentId, (long)destinationAddress, (int)numBytesToWrite, callback, context));

    public override void ReadAsync(
        int segmentId,
        ulong sourceAddress,
        IntPtr destinationAddress,
        uint readLength,
        DeviceIOCompletionCallback callback,
        object context) =>
        Files!.Read(new ScratchRequest(
            destinationAddress, segmentId, (long)sourceAddress, (int)readLength, callback, context));

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        throw new NotSupportedException("The record index never truncates.");

    public override void Dispose()
    {
        // The files are the index's.
    }
}

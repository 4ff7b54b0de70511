using FASTER.core;

namespace FastCore.Storage.Records;

// Bytes of FASTER's memory that are to be written to a scratch file, or filled from it.
internal readonly record struct ScratchRequest(
    IntPtr Memory, int Segment, long Offset, int Length, DeviceIOCompletionCallback Callback, object Context);

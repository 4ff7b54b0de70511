using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastCore.Engine.Ports;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Fraud;

/// <summary>
/// Files of policies that clients send in parts, in memory until a policy that names them is stored. Their number of
/// bytes is limited, and what nobody goes on with is dropped. For one thread.
/// </summary>
/// <param name="store">Files that are there already need not be sent.</param>
/// <param name="clock">Tells how long nobody went on.</param>
internal sealed class PolicyUploads(PolicyStore? store, IClock clock)
{
    // A file grows by what arrives, not by what was announced.
    private const int BytesFirst = 1 << 20;

    private readonly Dictionary<string, Upload> _uploads = [];

    /// <summary>Bytes that uploads take.</summary>
    public long Bytes => _uploads.Values.Sum(upload => (long)upload.Content.Length);

    /// <summary>Takes a part.</summary>
    /// <param name="body">A <see cref="PolicyUpload"/>, and its bytes in further elements.</param>
    public PolicyUploadResult Take(ReadOnlySpan<byte> body)
    {
        DropIdle();
        PolicyUpload part = MemoryMarshal.Read<PolicyUpload>(body);
        ReadOnlySpan<byte> bytes = body[PolicyUpload.Size..];
        if (!IsInRange(part, bytes))
        {
            return new PolicyUploadResult { Code = FraudStatus.UploadOutOfRange };
        }

        string name = Convert.ToHexStringLower(part.Hash);
        if (!_uploads.TryGetValue(name, out Upload? upload))
        {
            if (IsStored(part.Hash))
            {
                return new PolicyUploadResult { Code = FraudStatus.Ok, Received = part.FileBytes };
            }

            upload = new Upload((int)part.FileBytes);
        }

        if (upload.FileBytes != (int)part.FileBytes)
        {
            return new PolicyUploadResult { Code = FraudStatus.UploadOutOfRange, Received = (ulong)upload.Received };
        }

        upload.TouchedNs = clock.MonotonicNs;
        if ((int)part.Offset > upload.Received)
        {
            return new PolicyUploadResult { Code = FraudStatus.UploadHasGap, Received = (ulong)upload.Received };
        }

        // What was sent before is not looked at again: the hash judges all of it.
        int known = Math.Min(upload.Received - (int)part.Offset, (int)part.PartBytes);
        ReadOnlySpan<byte> added = bytes[known..(int)part.PartBytes];
        return added.IsEmpty
            ? new PolicyUploadResult { Code = FraudStatus.Ok, Received = (ulong)upload.Received }
            : Append(name, upload, added);
    }

    /// <summary>The content of a file that is whole; null when it is not there.</summary>
    public byte[]? Find(in PolicyHash hash)
    {
        string name = Convert.ToHexStringLower(hash);
        return _uploads.TryGetValue(name, out Upload? upload) && upload.IsWhole ? upload.Content
            : IsStored(hash) ? store!.Get(hash)
            : null;
    }

    /// <summary>Drops a file: the store has it now.</summary>
    public void Drop(in PolicyHash hash) => _ = _uploads.Remove(Convert.ToHexStringLower(hash));

    /// <summary>Whether the store has the file, undamaged: a damaged one is sent again, which mends it.</summary>
    public bool IsStored(in PolicyHash hash)
    {
        try
        {
            return store!.TryGet(hash, out _);
        }
        catch (CorruptStorageException)
        {
            return false;
        }
    }

    private static bool IsInRange(in PolicyUpload part, ReadOnlySpan<byte> bytes) =>
        (part.Reserved0 | part.Reserved1 | part.Reserved2 | part.Reserved3 | part.Reserved4) == 0
        && part.FileBytes is > 0 and <= FraudLimits.UploadBytesMax
        && part.Offset <= part.FileBytes
        && part.PartBytes <= part.FileBytes - part.Offset
        && part.PartBytes <= (ulong)bytes.Length
        && (ulong)bytes.Length - part.PartBytes < PolicyUpload.Size
        && bytes[(int)part.PartBytes..].IndexOfAnyExcept((byte)0) < 0;

    private PolicyUploadResult Append(string name, Upload upload, ReadOnlySpan<byte> added)
    {
        int needed = upload.Received + added.Length;
        int room = needed <= upload.Content.Length
            ? upload.Content.Length
            : Math.Min(upload.FileBytes, Math.Max(2 * needed, BytesFirst));
        if (Bytes - upload.Content.Length + room > FraudLimits.UploadsBytesMax)
        {
            return new PolicyUploadResult { Code = FraudStatus.UploadsFull, Received = (ulong)upload.Received };
        }

        upload.Grow(room);
        upload.Add(added);
        _uploads[name] = upload;
        if (upload.IsWhole && Convert.ToHexStringLower(SHA256.HashData(upload.Content)) != name)
        {
            _ = _uploads.Remove(name);
            return new PolicyUploadResult { Code = FraudStatus.UploadDiffers };
        }

        return new PolicyUploadResult { Code = FraudStatus.Ok, Received = (ulong)upload.Received };
    }

    private void DropIdle()
    {
        long now = clock.MonotonicNs;
        foreach ((string name, Upload upload) in _uploads)
        {
            if (now - upload.TouchedNs > FraudLimits.UploadIdleMs * 1_000_000L)
            {
                _ = _uploads.Remove(name);
            }
        }
    }

    private sealed class Upload(int fileBytes)
    {
        private byte[] _content = [];

        public int FileBytes { get; } = fileBytes;

        public int Received { get; private set; }

        public long TouchedNs { get; set; }

        public byte[] Content => _content;

        public bool IsWhole => Received == FileBytes;

        public void Grow(int room) => Array.Resize(ref _content, room);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_content.AsSpan(Received));
            Received += bytes.Length;
        }
    }
}

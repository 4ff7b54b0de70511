namespace FastCore.Storage.Packing;

// How groups are packed and unpacked; all give the same bytes.
internal enum PackingPath
{
    // One by one: any processor.
    Bytes,

    // Eight at a time, with BMI2.
    Words,

    // All 64 at once, with AVX-512 VBMI2.
    Vectors,
}

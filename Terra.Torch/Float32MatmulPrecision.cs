namespace TorchSharp;

/// <summary>How exact products of float32 matrices must at least be.</summary>
public enum Float32MatmulPrecision
{
    /// <summary>float32 throughout.</summary>
    highest = 0,

    /// <summary>TF32, or two bfloat16 numbers for one float32, would do.</summary>
    high = 1,

    /// <summary>bfloat16 would do.</summary>
    medium = 2,
}

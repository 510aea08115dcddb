namespace TorchSharp;

/// <summary>Rules for how many bins a histogram gets, as NumPy has them.</summary>
public enum HistogramBinSelector
{
    /// <summary>Sturges' rule, corrected by the skewness (Doane, 1976).</summary>
    Doane = 0,

    /// <summary>2 n^(1/3) bins.</summary>
    Rice = 1,

    /// <summary>Bins as wide as is best for a normal distribution of this deviation (Scott, 1979).</summary>
    Scott = 2,

    /// <summary>√n bins.</summary>
    Sqrt = 3,

    /// <summary>The number of bins with the least estimated error, by leaving elements out (Stone, 1984).</summary>
    Stone = 4,

    /// <summary>log₂ n + 1 bins (Sturges, 1926).</summary>
    Sturges = 5,
}

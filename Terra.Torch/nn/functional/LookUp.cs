using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>How rows of a table are looked up.</summary>
            internal readonly struct LookUp
            {
                /// <summary>Keeps a row that is cut from coming out longer than the bound.</summary>
                private const double Epsilon = 1e-7;

                private readonly double? _maxNorm;
                private readonly double _normType;
                private readonly bool _scaleByFrequency;

                /// <exception cref="NotSupportedException">Sparse gradients are asked for.</exception>
                public LookUp(string layer, double? maxNorm, double normType, bool scaleByFrequency, bool sparse)
                {
                    if (sparse)
                    {
                        throw new NotSupportedException($"{layer}: sparse gradients are not supported; leave sparse at its default");
                    }

                    (_maxNorm, _normType, _scaleByFrequency) = (maxNorm, normType, scaleByFrequency);
                }

                /// <summary>The rows that the indices name; before, those longer than the bound are cut in the table.</summary>
                public Tensor Rows(Tensor table, Tensor indices, long paddingIndex)
                {
                    if (_maxNorm is { } bound)
                    {
                        Cut(table, indices, bound);
                    }

                    return new(Aten.embedding(table.Impl, indices.Impl, paddingIndex, _scaleByFrequency));
                }

                private void Cut(Tensor table, Tensor indices, double bound)
                {
                    using IDisposable noGrad = no_grad();
                    using DisposeScope scope = NewDisposeScope();
                    Tensor flat = indices.flatten().to(ScalarType.Int64);
                    Tensor rows = table.index_select(0, flat);
                    Tensor norms = rows.norm(1, true, (float)_normType);
                    Tensor factors = where(norms.gt(bound), bound / (norms + Epsilon), ones_like(norms));
                    table.index_put_(rows * factors, flat);
                }
            }
        }
    }
}

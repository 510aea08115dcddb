namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        public static partial class constraints
        {
            private const double Tolerance = 1e-6;

            /// <summary>Unit vectors.</summary>
            public class _OneHot() : Constraint(true, 1)
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() =>
                    value.eq(0).logical_or(value.eq(1)).all(-1).logical_and(value.sum(-1L).eq(1)));
            }

            /// <summary>Weights that are not negative and sum to one.</summary>
            public class _Simplex() : Constraint(false, 1)
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() =>
                    value.ge(0).all(-1).logical_and((value.sum(-1L) - 1).abs().lt(Tolerance)));
            }

            /// <summary>Counts that are not negative and sum to a bound at most.</summary>
            public class _Multinomial(long upper_bound) : Constraint(true, 1)
            {
                public long upper_bound { get; } = upper_bound;

                public override Tensor check(Tensor x) => WrappedTensorDisposeScope(() => x.ge(0).all(-1).logical_and(x.sum(-1L).le(upper_bound)));

                public override string ToString() => $"{base.ToString()}(upper_bound={upper_bound})";
            }

            /// <summary>Lower triangular matrices.</summary>
            public class _LowerTriangular() : Constraint(false, 2)
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => AllOfLast(value.tril().eq(value), 2));
            }

            /// <summary>Lower triangular matrices with positive diagonals.</summary>
            public class _LowerCholesky() : Constraint(false, 2)
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() =>
                    AllOfLast(value.tril().eq(value), 2).logical_and(value.diagonal(0, -2, -1).gt(0).all(-1)));
            }

            /// <summary>Lower triangular matrices with positive diagonals and rows of length one.</summary>
            public class _CorrCholesky() : Constraint(false, 2)
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() =>
                {
                    double tolerance = finfo(value.dtype).eps * value.shape[^1] * 10;
                    Tensor hasUnitRows = (value.square().sum(-1L).sqrt() - 1).abs().le(tolerance).all(-1);
                    return lower_cholesky.check(value).logical_and(hasUnitRows);
                });
            }

            /// <summary>Square matrices.</summary>
            public class _Square() : Constraint(false, 2)
            {
                public override Tensor check(Tensor value) => full(value.shape[..^2], value.shape[^2] == value.shape[^1], ScalarType.Bool);
            }

            /// <summary>Symmetric matrices.</summary>
            public class _Symmetric : _Square
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => value.shape[^2] == value.shape[^1]
                    ? AllOfLast((value - value.mT).abs().le(Tolerance + (Tolerance * value.abs())), 2)
                    : base.check(value));
            }

            /// <summary>Symmetric matrices without negative eigenvalues.</summary>
            public class _PositiveSemiDefinite : _Symmetric
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => value.shape[^2] == value.shape[^1]
                    ? base.check(value).logical_and(linalg.eigvalsh(value).ge(0).all(-1))
                    : base.check(value));
            }

            /// <summary>Symmetric matrices with positive eigenvalues.</summary>
            public class _PositiveDefinite : _Symmetric
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => value.shape[^2] == value.shape[^1]
                    ? base.check(value).logical_and(linalg.cholesky_ex(value).info.eq(0))
                    : base.check(value));
            }
        }
    }
}

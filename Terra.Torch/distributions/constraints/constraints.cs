namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        /// <summary>Regions of values: what parameters must be, and what draws are.</summary>
        public static partial class constraints
        {
            /// <inheritdoc cref="_Dependent"/>
            public static _Dependent dependent = new();

            /// <inheritdoc cref="_Boolean"/>
            public static _Boolean boolean = new();

            /// <inheritdoc cref="_OneHot"/>
            public static _OneHot one_hot = new();

            /// <inheritdoc cref="_IntegerGreaterThan"/>
            public static _IntegerGreaterThan nonnegative_integer = new(0);

            /// <inheritdoc cref="_IntegerGreaterThan"/>
            public static _IntegerGreaterThan positive_integer = new(1);

            /// <inheritdoc cref="_Real"/>
            public static _Real real = new();

            /// <inheritdoc cref="_IndependentConstraint"/>
            public static _IndependentConstraint real_vector = new(real, 1);

            /// <inheritdoc cref="_GreaterThan"/>
            public static _GreaterThan positive = new(0);

            /// <inheritdoc cref="_GreaterThanEq"/>
            public static _GreaterThanEq nonnegative = new(0);

            /// <inheritdoc cref="_Interval"/>
            public static _Interval unit_interval = new(0, 1);

            /// <inheritdoc cref="_Simplex"/>
            public static _Simplex simplex = new();

            /// <inheritdoc cref="_LowerTriangular"/>
            public static _LowerTriangular lower_triangular = new();

            /// <inheritdoc cref="_LowerCholesky"/>
            public static _LowerCholesky lower_cholesky = new();

            /// <inheritdoc cref="_CorrCholesky"/>
            public static _CorrCholesky corr_cholesky = new();

            /// <inheritdoc cref="_Square"/>
            public static _Square square = new();

            /// <inheritdoc cref="_Symmetric"/>
            public static _Symmetric symmetric = new();

            /// <inheritdoc cref="_PositiveSemiDefinite"/>
            public static _PositiveSemiDefinite positive_semidefinite = new();

            /// <inheritdoc cref="_PositiveDefinite"/>
            public static _PositiveDefinite positive_definite = new();

            /// <inheritdoc cref="_Cat(IList{Constraint}, long, IList{long})"/>
            public static _Cat cat(IList<Constraint> cseq, long dim = 0, IList<long>? lengths = null) => new(cseq, dim, lengths);

            /// <inheritdoc cref="_Stack"/>
            public static _Stack stack(IList<Constraint> cseq, int dim = 0) => new(cseq, dim);

            /// <inheritdoc cref="_IndependentConstraint"/>
            public static _IndependentConstraint independent(Constraint base_constraint, int reinterpreted_batch_ndims) => new(base_constraint, reinterpreted_batch_ndims);

            /// <inheritdoc cref="_GreaterThan"/>
            public static _GreaterThan greater_than(double lower_bound) => new(lower_bound);

            /// <inheritdoc cref="_GreaterThanEq"/>
            public static _GreaterThanEq greater_than_eq(double lower_bound) => new(lower_bound);

            /// <inheritdoc cref="_LessThan"/>
            public static _LessThan less_than(double upper_bound) => new(upper_bound);

            /// <inheritdoc cref="_Interval"/>
            public static _Interval interval(double lower_bound, double upper_bound) => new(lower_bound, upper_bound);

            /// <inheritdoc cref="_HalfOpenInterval"/>
            public static _HalfOpenInterval half_open_interval(double lower_bound, double upper_bound) => new(lower_bound, upper_bound);

            /// <inheritdoc cref="_IntegerInterval"/>
            public static _IntegerInterval integer_interval(long lb, long ub) => new(lb, ub);

            /// <inheritdoc cref="_Multinomial"/>
            public static _Multinomial multinomial(long upper_bound) => new(upper_bound);
        }
    }
}

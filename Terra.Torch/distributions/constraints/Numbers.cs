using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        public static partial class constraints
        {
            /// <summary>0 and 1.</summary>
            public class _Boolean() : Constraint(true, 0)
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => value.eq(0).logical_or(value.eq(1)));
            }

            /// <summary>All numbers, but no NaN.</summary>
            public class _Real : Constraint
            {
                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => value.eq(value));
            }

            /// <summary>Numbers above a bound.</summary>
            public class _GreaterThan(double lower_bound) : Constraint
            {
                public double lower_bound { get; } = lower_bound;

                public override Tensor check(Tensor value) => value.gt(lower_bound);

                public override string ToString() => $"{base.ToString()}(lower_bound={Text(lower_bound)})";
            }

            /// <summary>Numbers from a bound on.</summary>
            public class _GreaterThanEq(double lower_bound) : Constraint
            {
                public double lower_bound { get; } = lower_bound;

                public override Tensor check(Tensor value) => value.ge(lower_bound);

                public override string ToString() => $"{base.ToString()}(lower_bound={Text(lower_bound)})";
            }

            /// <summary>Numbers below a bound.</summary>
            public class _LessThan(double upper_bound) : Constraint
            {
                public double upper_bound { get; } = upper_bound;

                public override Tensor check(Tensor value) => value.lt(upper_bound);

                public override string ToString() => $"{base.ToString()}(upper_bound={Text(upper_bound)})";
            }

            /// <summary>Numbers between two bounds, both included.</summary>
            public class _Interval(double lower_bound, double upper_bound) : Constraint
            {
                public double lower_bound { get; } = lower_bound;

                public double upper_bound { get; } = upper_bound;

                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => value.ge(lower_bound).logical_and(value.le(upper_bound)));

                public override string ToString() => $"{base.ToString()}(lower_bound={Text(lower_bound)}, upper_bound={Text(upper_bound)})";
            }

            /// <summary>Numbers from one bound up to, not including, another.</summary>
            public class _HalfOpenInterval(double lower_bound, double upper_bound) : Constraint
            {
                public double lower_bound { get; } = lower_bound;

                public double upper_bound { get; } = upper_bound;

                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => value.ge(lower_bound).logical_and(value.lt(upper_bound)));

                public override string ToString() => $"{base.ToString()}(lower_bound={Text(lower_bound)}, upper_bound={Text(upper_bound)})";
            }

            /// <summary>Whole numbers between two bounds, both included.</summary>
            public class _IntegerInterval(long lower_bound, long upper_bound) : Constraint(true, 0)
            {
                public long lower_bound { get; } = lower_bound;

                public long upper_bound { get; } = upper_bound;

                public override Tensor check(Tensor value) =>
                    WrappedTensorDisposeScope(() => IsWhole(value).logical_and(value.ge(lower_bound)).logical_and(value.le(upper_bound)));

                public override string ToString() => $"{base.ToString()}(lower_bound={lower_bound}, upper_bound={upper_bound})";
            }

            /// <summary>Whole numbers up to a bound, which is included.</summary>
            public class _IntegerLessThan(long upper_bound) : Constraint(true, 0)
            {
                public long upper_bound { get; } = upper_bound;

                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => IsWhole(value).logical_and(value.le(upper_bound)));

                public override string ToString() => $"{base.ToString()}(upper_bound={upper_bound})";
            }

            /// <summary>Whole numbers from a bound on.</summary>
            public class _IntegerGreaterThan(long lower_bound) : Constraint(true, 0)
            {
                public long lower_bound { get; } = lower_bound;

                public override Tensor check(Tensor value) => WrappedTensorDisposeScope(() => IsWhole(value).logical_and(value.ge(lower_bound)));

                public override string ToString() => $"{base.ToString()}(lower_bound={lower_bound})";
            }

            private static Tensor IsWhole(Tensor value) => (value % 1).eq(0);

            private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
        }
    }
}

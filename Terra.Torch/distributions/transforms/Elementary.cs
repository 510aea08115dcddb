namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        public static partial class transforms
        {
            /// <summary>The magnitude, of which the inverse gives the positive of both arguments.</summary>
            public class AbsTransform : Transform
            {
                public override constraints.Constraint domain => constraints.real;

                public override constraints.Constraint codomain => constraints.positive;

                internal override Tensor Call(Tensor x) => x.abs();

                internal override Tensor Inverse(Tensor y) => y.alias();

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => Missing("Jacobian: values have two arguments");
            }

            /// <summary>The exponential function.</summary>
            public class ExpTransform : Transform
            {
                public override constraints.Constraint domain => constraints.real;

                public override constraints.Constraint codomain => constraints.positive;

                public override bool bijective => true;

                internal override Tensor Direction() => tensor(1f);

                internal override Tensor Call(Tensor x) => x.exp();

                internal override Tensor Inverse(Tensor y) => y.log();

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => x.alias();
            }

            /// <summary>The natural logarithm.</summary>
            public class LogTransform : Transform
            {
                public override constraints.Constraint domain => constraints.positive;

                public override constraints.Constraint codomain => constraints.real;

                public override bool bijective => true;

                internal override Tensor Direction() => tensor(1f);

                internal override Tensor Call(Tensor x) => x.log();

                internal override Tensor Inverse(Tensor y) => y.exp();

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => -y;
            }

            /// <summary>The logistic function, kept away from zero and one.</summary>
            public class SigmoidTransform : Transform
            {
                public override constraints.Constraint domain => constraints.real;

                public override constraints.Constraint codomain => constraints.unit_interval;

                public override bool bijective => true;

                internal override Tensor Direction() => tensor(1f);

                internal override Tensor Call(Tensor x) => WrappedTensorDisposeScope(() => Inside(x.sigmoid()));

                internal override Tensor Inverse(Tensor y) => WrappedTensorDisposeScope(() =>
                {
                    Tensor inside = Inside(y);
                    return inside.log() - (-inside).log1p();
                });

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) =>
                    WrappedTensorDisposeScope(() => -nn.functional.softplus(-x) - nn.functional.softplus(x));

                private static Tensor Inside(Tensor y)
                {
                    FInfo limits = finfo(y.dtype);
                    return y.clamp(limits.tiny, 1 - limits.eps);
                }
            }

            /// <summary>The softmax function, of which the inverse is the logarithm.</summary>
            public class SoftmaxTransform : Transform
            {
                public override constraints.Constraint domain => constraints.real_vector;

                public override constraints.Constraint codomain => constraints.simplex;

                public override bool bijective => false;

                internal override Tensor Call(Tensor x) => x.softmax(-1);

                internal override Tensor Inverse(Tensor y) => y.log();

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => Missing("Jacobian: values have many arguments");
            }

            /// <summary>log(1 + exp(x)).</summary>
            public class SoftplusTransform : Transform
            {
                public override constraints.Constraint domain => constraints.real;

                public override constraints.Constraint codomain => constraints.positive;

                public override bool bijective => true;

                internal override Tensor Direction() => tensor(1f);

                internal override Tensor Call(Tensor x) => nn.functional.softplus(x);

                internal override Tensor Inverse(Tensor y) => WrappedTensorDisposeScope(() => (-(-y).expm1()).log() + y);

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => WrappedTensorDisposeScope(() => -nn.functional.softplus(-x));
            }

            /// <summary>The hyperbolic tangent.</summary>
            public class TanhTransform : Transform
            {
                public override constraints.Constraint domain => constraints.real;

                public override constraints.Constraint codomain => constraints.interval(-1, 1);

                public override bool bijective => true;

                internal override Tensor Direction() => tensor(1f);

                internal override Tensor Call(Tensor x) => x.tanh();

                internal override Tensor Inverse(Tensor y) => y.atanh();

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) =>
                    WrappedTensorDisposeScope(() => 2 * (Math.Log(2) - x - nn.functional.softplus(-2 * x)));
            }
        }
    }
}

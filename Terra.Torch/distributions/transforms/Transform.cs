namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        /// <summary>Differentiable functions of random variables, with their inverses and the logarithms of their Jacobians' determinants.</summary>
        public static partial class transforms
        {
            /// <summary>A differentiable function of random variables.</summary>
            public abstract class Transform
            {
                protected Transform()
                {
                }

                /// <summary>Where the function is defined.</summary>
                public abstract constraints.Constraint domain { get; }

                /// <summary>What its values are.</summary>
                public abstract constraints.Constraint codomain { get; }

                /// <summary>Whether every value has one argument only.</summary>
                public virtual bool bijective => false;

                /// <summary>How many of the last dimensions make up one argument and one value.</summary>
                /// <exception cref="NotSupportedException">Arguments and values have different numbers of dimensions.</exception>
                public virtual int event_dim => domain.event_dim == codomain.event_dim
                    ? domain.event_dim
                    : throw new NotSupportedException($"{GetType().Name}: arguments have {domain.event_dim} dimensions, values {codomain.event_dim}; use domain.event_dim or codomain.event_dim");

                /// <summary>The inverse function.</summary>
                public virtual Transform inv => new InverseTransform(this);

                /// <summary>1 where the function rises, -1 where it falls.</summary>
                /// <exception cref="NotSupportedException">It is not a monotone function of numbers.</exception>
                public Tensor sign => Direction();

                /// <summary>The function's value.</summary>
                public Tensor forward(Tensor x) => Call(x);

                /// <summary>The sizes of values for arguments of some sizes.</summary>
                public virtual long[] forward_shape(long[] shape) => shape;

                /// <summary>The sizes of arguments for values of some sizes.</summary>
                public virtual long[] inverse_shape(long[] shape) => shape;

                /// <inheritdoc cref="sign"/>
                internal virtual Tensor Direction() => Missing("sign");

                internal abstract Tensor Call(Tensor x);

                internal abstract Tensor Inverse(Tensor y);

                /// <summary>log |det ∂y/∂x|, of the sizes of the arguments without the dimensions of one.</summary>
                internal abstract Tensor LogAbsDetJacobian(Tensor x, Tensor y);

                /// <summary>What only some functions have.</summary>
                /// <exception cref="NotSupportedException">This one does not.</exception>
                private protected Tensor Missing(string what) => throw new NotSupportedException($"{GetType().Name} has no {what}");

                /// <summary>A parameter in a handle of its own, which no dispose scope ends.</summary>
                private protected static Tensor Keep(Tensor parameter) => parameter.alias().DetachFromDisposeScope();
            }

            /// <summary>The inverse of another function.</summary>
            internal sealed class InverseTransform(Transform function) : Transform
            {
                public override constraints.Constraint domain => function.codomain;

                public override constraints.Constraint codomain => function.domain;

                public override bool bijective => function.bijective;

                public override Transform inv => function;

                internal override Tensor Direction() => function.Direction();

                public override long[] forward_shape(long[] shape) => function.inverse_shape(shape);

                public override long[] inverse_shape(long[] shape) => function.forward_shape(shape);

                internal override Tensor Call(Tensor x) => function.Inverse(x);

                internal override Tensor Inverse(Tensor y) => function.Call(y);

                internal override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => WrappedTensorDisposeScope(() => -function.LogAbsDetJacobian(y, x));
            }
        }
    }
}

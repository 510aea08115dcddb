using System.Xml.Linq;
using System.Xml.Schema;
using FluentAssertions;
using Terra.Fody;
using Terra.Weaver.Tests.Processing;

namespace Terra.Weaver.Tests;

/// <summary>The options of <c>&lt;Terra/&gt;</c>: what the schema allows is what the reader understands.</summary>
public class FodyConfigTests
{
    private static readonly XmlSchemaSet s_schema = Schema();

    public static TheoryData<string, string> Attributes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (XmlSchemaAttribute attribute in Declared())
            {
                data.Add(attribute.Name!, attribute.SchemaTypeName.Name);
            }

            return data;
        }
    }

    [Fact]
    public void EachOptionIsInTheSchema() => Declared().Select(attribute => attribute.Name)
        .Should().BeEquivalentTo(typeof(WeavingOptions).GetProperties().Select(option => option.Name).Where(name => name != nameof(WeavingOptions.Source)));

    [Theory]
    [MemberData(nameof(Attributes))]
    public void EachAttributeSetsItsOption(string name, string type)
    {
        (string Text, object Value)[] samples = type == "boolean"
            ? [("true", true), ("false", false), ("1", true), ("0", false)]
            : [("One.Two", new[] { "One.Two" }), ("One, Two|Three\nFour", new[] { "One", "Two", "Three", "Four" }), ("", Array.Empty<string>())];
        foreach ((string text, object value) in samples)
        {
            var config = new XElement("Terra", new XAttribute(name, text));
            IsValid(config).Should().BeTrue("the schema allows {0}", config);
            Option(ConfigReader.Read(config), name).Should().BeEquivalentTo(value, "that is {0}", config);
        }
    }

    [Fact]
    public void DefaultsAreTheSchemas()
    {
        WeavingOptions options = ConfigReader.Read(new XElement("Terra"));
        foreach (XmlSchemaAttribute attribute in Declared().Where(attribute => attribute.DefaultValue is not null))
        {
            Option(options, attribute.Name!).Should().Be(bool.Parse(attribute.DefaultValue!));
        }
    }

    [Theory]
    [InlineData("OpCapture", "perhaps")]
    [InlineData("ProgramWeaving", "2")]
    [InlineData("Unknown", "true")]
    public void WhatTheSchemaForbidsIsAnError(string name, string value)
    {
        var config = new XElement("Terra", new XAttribute(name, value));
        IsValid(config).Should().BeFalse();
        TerraDiagnostic error = FluentActions.Invoking(() => ConfigReader.Read(config)).Should().Throw<WeavingException>().Which.Diagnostic;
        error.Id.Should().Be("TERRA0013");
        error.File.Should().Be("FodyWeavers.xml");
        error.Message.Should().Contain(name).And.Contain(value);
    }

    private static object Option(WeavingOptions options, string name) => typeof(WeavingOptions).GetProperty(name)!.GetValue(options)!;

    private static IEnumerable<XmlSchemaAttribute> Declared()
    {
        var weavers = (XmlSchemaElement)s_schema.GlobalElements.Values.Cast<XmlSchemaElement>().Single(element => element.Name == "Weavers");
        var all = (XmlSchemaAll)((XmlSchemaComplexType)weavers.SchemaType!).Particle!;
        XmlSchemaElement terra = all.Items.OfType<XmlSchemaElement>().Single(element => element.Name == "Terra");
        return ((XmlSchemaComplexType)terra.SchemaType!).Attributes.Cast<XmlSchemaAttribute>();
    }

    private static bool IsValid(XElement config)
    {
        bool valid = true;
        new XDocument(new XElement("Weavers", config)).Validate(s_schema, (_, _) => valid = false);
        return valid;
    }

    private static XmlSchemaSet Schema()
    {
        var schema = new XmlSchemaSet();
        schema.Add(null, Path.Combine(ConsumerProject.Repository, "FodyWeavers.xsd"));
        schema.Compile();
        return schema;
    }
}

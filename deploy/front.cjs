// The front: one domain whose paths lead to the functions' URLs, derived from `custom.routes` in serverless.yml.
// What is kept there, for whom, and why the origins are reached so: docs/decisions/the-front.md.

const fs = require('node:fs');
const path = require('node:path');

const { logicalName, parameterName } = require('./names.cjs');

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];
const OF_ALL = ['Origin', 'Accept-Language'];
const OF_READERS = [...OF_ALL, 'Authorization', 'X-API-Key'];
// Whoever is in the key is sent on as well. `Host` must not be: a function URL answers to its own name alone.
const SENT_ON = [
  'Accept',
  'Access-Control-Request-Headers',
  'Access-Control-Request-Method',
  'CloudFront-Viewer-Address',
  'Content-Type',
  'Idempotency-Key',
  'Stripe-Signature',
  'X-Request-ID',
];
const FAILURES = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];
// What the first reader was told of their own calls means nothing to the next.
const OF_ONE = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'X-Request-ID'];

const policy = (name, longest, headers) => ({
  Type: 'AWS::CloudFront::CachePolicy',
  Properties: {
    CachePolicyConfig: {
      Name: name,
      // The application says how long; an answer that says nothing, or `no-store`, is not kept.
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: longest,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingBrotli: true,
        EnableAcceptEncodingGzip: true,
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: headers },
        QueryStringsConfig: { QueryStringBehavior: 'all' },
      },
    },
  },
});

const behaviour = ({ function: name, keeps = 'nothing' }) => ({
  TargetOriginId: name,
  ViewerProtocolPolicy: 'redirect-to-https',
  AllowedMethods: METHODS,
  CachedMethods: ['GET', 'HEAD'],
  Compress: true,
  CachePolicyId: { Ref: { public: 'KeptForAll', readers: 'KeptForReaders', nothing: 'NotKept' }[keeps] },
  OriginRequestPolicyId: { Ref: 'SentOn' },
  ...(keeps === 'public' && { ResponseHeadersPolicyId: { Ref: 'ToldToAll' } }),
  ...(keeps !== 'nothing' && {
    FunctionAssociations: [
      { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['ReducedLanguage', 'FunctionARN'] } },
    ],
  }),
});

const origin = (name, header) => ({
  Id: name,
  // https://abc.lambda-url.eu-west-3.on.aws/ without what stands before and after the name
  DomainName: { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': [`${logicalName(name)}LambdaFunctionUrl`, 'FunctionUrl'] }] }] },
  CustomOriginConfig: {
    OriginProtocolPolicy: 'https-only',
    OriginSSLProtocols: ['TLSv1.2'],
    OriginReadTimeout: 30, // longer than any function that answers HTTP may take
    OriginKeepaliveTimeout: 60,
  },
  OriginCustomHeaders: [{ HeaderName: 'X-CDN-Secret', HeaderValue: header }],
});

module.exports = async ({ resolveConfigurationProperty, resolveVariable }) => {
  const routes = await resolveConfigurationProperty(['custom', 'routes']);
  const { domain, certificate, sends } = await resolveConfigurationProperty(['custom', 'front']);
  const stage = await resolveVariable('sls:stage');
  const prefix = `${await resolveVariable('self:service')}-${stage}`;
  const header = { Ref: parameterName(sends) }; // of two that functions believe one is sent (docs/deployment.md)
  const names = [...new Set(routes.map((route) => route.function))];

  return {
    Resources: {
      ReducedLanguage: {
        Type: 'AWS::CloudFront::Function',
        Properties: {
          Name: `${prefix}-language`,
          AutoPublish: true,
          FunctionCode: fs.readFileSync(path.join(__dirname, 'front/language.js'), 'utf8'),
          FunctionConfig: { Comment: 'Accept-Language as fr or en', Runtime: 'cloudfront-js-2.0' },
        },
      },
      KeptForAll: policy(`${prefix}-public`, 86400, OF_ALL),
      KeptForReaders: policy(`${prefix}-readers`, 3600, OF_READERS),
      // With a longest time of 0 CloudFront would take no header into the key, and then not send Authorization on.
      NotKept: policy(`${prefix}-nothing`, 1, OF_READERS),
      SentOn: {
        Type: 'AWS::CloudFront::OriginRequestPolicy',
        Properties: {
          OriginRequestPolicyConfig: {
            Name: `${prefix}-sent-on`,
            CookiesConfig: { CookieBehavior: 'none' },
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: SENT_ON },
            QueryStringsConfig: { QueryStringBehavior: 'all' },
          },
        },
      },
      ToldToAll: {
        Type: 'AWS::CloudFront::ResponseHeadersPolicy',
        Properties: {
          ResponseHeadersPolicyConfig: {
            Name: `${prefix}-told-to-all`,
            RemoveHeadersConfig: { Items: OF_ONE.map((Header) => ({ Header })) },
          },
        },
      },
      Front: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Comment: prefix,
            Enabled: true,
            HttpVersion: 'http2and3',
            IPV6Enabled: true,
            PriceClass: 'PriceClass_100',
            Origins: names.map((name) => origin(name, header)),
            CacheBehaviors: routes.map((route) => ({ PathPattern: route.path, ...behaviour(route) })),
            // Left alone, CloudFront would keep an error for ten seconds, whatever the answer says.
            CustomErrorResponses: FAILURES.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
            DefaultCacheBehavior: behaviour({ function: 'site' }), // which answers 404 to any other path
            ...(domain && {
              Aliases: [domain],
              ViewerCertificate: {
                AcmCertificateArn: certificate,
                MinimumProtocolVersion: 'TLSv1.2_2021',
                SslSupportMethod: 'sni-only',
              },
            }),
          },
        },
      },
    },
    Outputs: {
      FrontDomain: {
        Description: 'Where the API answers; a domain of its own points here by CNAME.',
        Value: { 'Fn::GetAtt': ['Front', 'DomainName'] },
      },
    },
  };
};
